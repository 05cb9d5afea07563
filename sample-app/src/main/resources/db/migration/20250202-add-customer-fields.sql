ALTER TABLE customers
    ADD COLUMN first_name text,
    ADD COLUMN last_name text,
    ADD COLUMN locale text NOT NULL DEFAULT 'en';
