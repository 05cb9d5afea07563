-- Something to look at.
INSERT INTO customers (email, first_name, last_name, tier)
SELECT 'customer' || n || '@example.com', 'First' || n, 'Last' || n,
       CASE WHEN n % 10 = 0 THEN 'gold' WHEN n % 3 = 0 THEN 'silver' ELSE 'bronze' END::tier
  FROM generate_series(1, 100) AS n;

INSERT INTO wallets (customer_id, balance) SELECT id, id * 10 FROM customers;
