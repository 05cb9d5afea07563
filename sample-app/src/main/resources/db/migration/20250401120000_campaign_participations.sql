CREATE TABLE campaign_participations (
    campaign_id bigint NOT NULL REFERENCES campaigns (id),
    customer_id bigint NOT NULL REFERENCES customers (id),
    joined_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (campaign_id, customer_id)
);
