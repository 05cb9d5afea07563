CREATE INDEX CONCURRENTLY IF NOT EXISTS notifications_customer ON notifications (customer_id, created_at DESC);
