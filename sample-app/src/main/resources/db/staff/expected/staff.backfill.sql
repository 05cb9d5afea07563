UPDATE staff
   SET first_name = split_part(username, ' ', 1),
       last_name  = NULLIF(split_part(username, ' ', 2), '')
 WHERE first_name IS NULL;

UPDATE staff SET display_name = username WHERE display_name IS NULL;
