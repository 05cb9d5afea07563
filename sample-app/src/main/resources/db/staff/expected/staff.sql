-- What the service needs of its staff; columns that are missing are added at the start.
CREATE TABLE staff (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id    bigint NOT NULL REFERENCES tenants (id),
    username     text NOT NULL,
    first_name   text,
    last_name    text,
    display_name text
);

CREATE INDEX staff_tenant ON staff (tenant_id);
