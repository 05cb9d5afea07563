-- A balance is never changed without its time.
CREATE FUNCTION touch_wallet() RETURNS trigger LANGUAGE plpgsql AS $touch$
BEGIN
    IF NEW.balance IS DISTINCT FROM OLD.balance THEN
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END;
$touch$;

CREATE TRIGGER wallets_touch BEFORE UPDATE ON wallets FOR EACH ROW EXECUTE FUNCTION touch_wallet();
