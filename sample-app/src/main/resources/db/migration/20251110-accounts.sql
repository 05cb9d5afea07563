-- What the old system exported: passwords encoded, not hashed. Some of them it has damaged.
CREATE TABLE accounts (
    id       bigint PRIMARY KEY,
    login    text NOT NULL UNIQUE,
    password text NOT NULL
);
CREATE TABLE guardians (
    id         bigint PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES accounts (id),
    email      text NOT NULL,
    password   text NOT NULL
);

INSERT INTO accounts (id, login, password)
SELECT n, 'member' || n,
       CASE WHEN n % 20 = 7 THEN 'legacy:?damaged' ELSE 'legacy:' || encode(convert_to('Secret-' || n, 'UTF8'), 'base64') END
  FROM generate_series(1, 60) AS n;

INSERT INTO guardians (id, account_id, email, password)
SELECT n, n, 'guardian' || n || '@example.com',
       CASE WHEN n = 13 THEN 'legacy:' ELSE 'legacy:' || encode(convert_to('Guard-' || n, 'UTF8'), 'base64') END
  FROM generate_series(1, 20) AS n;
