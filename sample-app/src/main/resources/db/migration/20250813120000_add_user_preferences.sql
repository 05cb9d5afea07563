ALTER TABLE customers ADD COLUMN preferences jsonb NOT NULL DEFAULT '{}';
