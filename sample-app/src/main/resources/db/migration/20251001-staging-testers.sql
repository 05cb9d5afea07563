-- migrator: environments=staging
INSERT INTO customers (email, first_name, last_name, tier) VALUES ('tester@example.com', 'Test', 'Er', 'gold');
