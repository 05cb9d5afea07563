ALTER TABLE customers ADD COLUMN reset_token text;
ALTER TABLE customers ADD COLUMN reset_token_expires_at timestamptz;
