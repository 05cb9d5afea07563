CREATE TABLE notification_templates (
    name text PRIMARY KEY,
    body text NOT NULL
);
INSERT INTO notification_templates (name, body) VALUES
    ('welcome', 'Welcome, {name}! Is it really you? Then $1 waits; take it.'),
    ('expiring', E'Your points\' time is nearly over:\n{points}');
