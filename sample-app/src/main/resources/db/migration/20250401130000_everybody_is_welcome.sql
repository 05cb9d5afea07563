INSERT INTO campaign_participations (campaign_id, customer_id)
SELECT campaigns.id, customers.id FROM campaigns CROSS JOIN customers WHERE campaigns.code = 'WELCOME';
