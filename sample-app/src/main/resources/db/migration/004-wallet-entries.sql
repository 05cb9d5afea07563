-- Every change of a balance, never updated.
CREATE TABLE wallet_entries (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    wallet_id  bigint NOT NULL REFERENCES wallets (id),
    points     bigint NOT NULL CHECK (points <> 0),
    reason     text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX wallet_entries_wallet ON wallet_entries (wallet_id, created_at);
