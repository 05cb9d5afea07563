CREATE VIEW wallet_balances AS
SELECT customers.id AS customer_id, customers.email, customers.tier, wallets.balance
  FROM customers JOIN wallets ON wallets.customer_id = customers.id;
