-- migrator: batch table=customers size=40
UPDATE customers SET preferences = preferences || jsonb_build_object('displayName', full_name)
 WHERE NOT preferences ? 'displayName' AND id BETWEEN :from AND :to;
