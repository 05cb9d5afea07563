-- Without blocking those who write; it can't run in a transaction, and needs no flag for that.
CREATE INDEX CONCURRENTLY notifications_unsent ON notifications (created_at) WHERE sent_at IS NULL;
