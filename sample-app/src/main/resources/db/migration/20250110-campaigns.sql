CREATE TABLE campaigns (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code      text NOT NULL UNIQUE,
    title     text NOT NULL,
    factor    numeric(4, 2) NOT NULL DEFAULT 1.00,
    starts_on date NOT NULL,
    ends_on   date,
    CHECK (ends_on IS NULL OR ends_on >= starts_on)
);
