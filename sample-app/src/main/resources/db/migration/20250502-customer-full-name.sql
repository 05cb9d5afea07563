ALTER TABLE customers ADD COLUMN full_name text
    GENERATED ALWAYS AS (coalesce(first_name || ' ', '') || coalesce(last_name, '')) STORED;
