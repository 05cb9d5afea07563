CREATE TABLE tenants (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);

CREATE TABLE staff (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id bigint NOT NULL,
    username  text NOT NULL
);

INSERT INTO tenants (name) VALUES ('North'), ('South');
INSERT INTO staff (tenant_id, username) VALUES (1, 'Ada Lovelace'), (2, 'Grace Hopper'), (2, 'root');
