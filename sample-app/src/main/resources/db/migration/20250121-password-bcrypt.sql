-- Room for the new hashes beside the old ones; the service fills them at each log-in.
ALTER TABLE customers ADD COLUMN password_hash text;
ALTER TABLE customers ADD COLUMN password_algorithm text NOT NULL DEFAULT 'bcrypt';
