CREATE SCHEMA "Main.Office";
CREATE TYPE "Main.Office"."Mood (old)" AS ENUM ('a', 'it''s', 'b, (c)');
CREATE DOMAIN z_base AS integer CHECK (VALUE > 0);
CREATE DOMAIN a_derived AS z_base DEFAULT 7;
CREATE TYPE z_part AS (x "Main.Office"."Mood (old)", "y (cm)" text COLLATE "C");
CREATE TYPE a_pair AS (one z_part, other z_part[]);
CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE FUNCTION later_used() RETURNS integer LANGUAGE sql STABLE AS 'SELECT 5';
CREATE TABLE "price (EUR)" (
    id serial PRIMARY KEY,
    "a.b" integer DEFAULT later_used(),
    "say ""hi""" text,
    "Size (cm)" numeric(6, 2) DEFAULT 1.5,
    "select" "Main.Office"."Mood (old)" DEFAULT 'it''s',
    derived a_derived,
    CONSTRAINT "k (1)" CHECK ("a.b" > 0)
);
CREATE TABLE "Main.Office"."price (EUR)" (id integer REFERENCES public."price (EUR)" (id), pair a_pair);
CREATE INDEX "i (x)" ON "price (EUR)" ("Size (cm)") WHERE "a.b" > 0;
COMMENT ON INDEX "i (x)" IS 'it''s (one)';
COMMENT ON COLUMN "price (EUR)"."Size (cm)" IS 'width';
CREATE TABLE a_orders (id bigint GENERATED ALWAYS AS IDENTITY (START 5) PRIMARY KEY, customer bigint, twice bigint GENERATED ALWAYS AS (customer * 2) STORED);
CREATE TABLE b_customers (id bigint PRIMARY KEY, newest bigint REFERENCES a_orders (id));
ALTER TABLE a_orders ADD CONSTRAINT of_customer FOREIGN KEY (customer) REFERENCES b_customers (id);
CREATE TABLE z_parent (a integer NOT NULL CHECK (a > 0), b text) WITH (fillfactor = 80);
CREATE TABLE a_child (c integer) INHERITS (z_parent);
CREATE TABLE z_events (id bigint, at date NOT NULL, kind text COMPRESSION pglz, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE a_2025 PARTITION OF z_events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (id);
CREATE TABLE a_2025_one PARTITION OF a_2025 FOR VALUES IN (1);
CREATE TABLE a_rest PARTITION OF z_events DEFAULT;
CREATE INDEX events_kind ON z_events (kind);
CREATE INDEX only_here ON a_rest (kind, at);
CREATE FUNCTION rows_of(n integer) RETURNS SETOF "price (EUR)" LANGUAGE sql AS 'SELECT * FROM public."price (EUR)" LIMIT n';
CREATE FUNCTION "Main.Office"."f (x)"(a integer, b a_pair) RETURNS integer LANGUAGE sql AS 'SELECT a';
COMMENT ON FUNCTION "Main.Office"."f (x)"(integer, a_pair) IS 'odd';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE AGGREGATE summed(integer) (SFUNC = int4pl, STYPE = integer, COMBINEFUNC = int4pl, INITCOND = '0', PARALLEL = SAFE);
CREATE VIEW z_view AS SELECT id, "Size (cm)" AS size FROM "price (EUR)";
CREATE VIEW m_view WITH (security_barrier) AS SELECT id, size FROM z_view WHERE size > 1;
CREATE VIEW a_view AS SELECT m.id, o.customer FROM m_view m JOIN a_orders o ON o.id = m.id;
COMMENT ON COLUMN a_view.customer IS 'who, as b: it''s';
COMMENT ON COLUMN a_view.id IS 'which';
CREATE MATERIALIZED VIEW a_mat AS SELECT id, count(*) AS n FROM a_view GROUP BY id;
CREATE UNIQUE INDEX a_mat_id ON a_mat (id);
CREATE TRIGGER touched BEFORE UPDATE ON "price (EUR)" FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER through INSTEAD OF INSERT ON z_view FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE a_orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY "own (rows)" ON a_orders FOR SELECT USING (customer = 1);
CREATE RULE quiet AS ON DELETE TO z_parent DO INSTEAD NOTHING;
ALTER TABLE b_customers REPLICA IDENTITY FULL;
CREATE TABLE by_index (a integer NOT NULL, b integer PRIMARY KEY);
CREATE UNIQUE INDEX by_index_a ON by_index (a);
ALTER TABLE by_index REPLICA IDENTITY USING INDEX by_index_a;
CREATE TABLE by_key (a integer PRIMARY KEY);
ALTER TABLE by_key REPLICA IDENTITY USING INDEX by_key_pkey;
CREATE SEQUENCE a_numbers;
CREATE SEQUENCE b_numbers;
ALTER TABLE b_customers ADD given integer;
ALTER SEQUENCE a_numbers OWNED BY b_customers.given;
