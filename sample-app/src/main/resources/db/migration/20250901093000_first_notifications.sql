INSERT INTO notifications (customer_id, channel, body)
SELECT id, 'email', replace((SELECT body FROM notification_templates WHERE name = 'welcome'), '{name}', full_name)
  FROM customers WHERE tier = 'gold';
