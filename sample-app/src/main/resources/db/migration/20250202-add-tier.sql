-- A second migration of the same day: the name decides the order.
CREATE TYPE tier AS ENUM ('bronze', 'silver', 'gold');
ALTER TABLE customers ADD COLUMN tier tier NOT NULL DEFAULT 'bronze';
