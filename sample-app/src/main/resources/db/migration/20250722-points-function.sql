-- Books points and tells the new balance.
CREATE FUNCTION book_points(customer bigint, points bigint, reason text) RETURNS bigint LANGUAGE sql AS $$
    WITH wallet AS (
        UPDATE wallets SET balance = balance + points WHERE customer_id = customer RETURNING id, balance
    ), entry AS (
        INSERT INTO wallet_entries (wallet_id, points, reason) SELECT id, points, reason FROM wallet
    )
    SELECT balance FROM wallet;
$$;
