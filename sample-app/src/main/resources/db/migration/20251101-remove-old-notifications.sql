-- migrator: manual
-- A clean-up that a person starts when nobody needs the old ones any more.
DELETE FROM notifications WHERE sent_at < now() - interval '2 years';
