-- The entries explain the balances.
DO $$
DECLARE
    wallet record;
BEGIN
    FOR wallet IN SELECT id, balance FROM wallets WHERE balance > 0 LOOP
        INSERT INTO wallet_entries (wallet_id, points, reason) VALUES (wallet.id, wallet.balance, 'opening balance');
    END LOOP;
END
$$;
