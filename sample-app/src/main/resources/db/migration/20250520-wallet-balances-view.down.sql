DROP VIEW wallet_balances;
