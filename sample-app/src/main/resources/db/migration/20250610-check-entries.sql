-- Checked for new rows at once, for old rows afterwards: neither step blocks the table for long.
ALTER TABLE wallet_entries ADD CONSTRAINT wallet_entries_reason CHECK (reason <> '') NOT VALID;
ALTER TABLE wallet_entries VALIDATE CONSTRAINT wallet_entries_reason;
