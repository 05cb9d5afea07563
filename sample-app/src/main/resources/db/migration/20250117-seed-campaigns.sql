-- The first campaigns, as the old system exported them.
COPY campaigns (code, title, factor, starts_on, ends_on) FROM stdin;
WELCOME	Welcome; double points in the first week	2.00	2025-01-01	\N
SPRING25	Spring	1.50	2025-03-01	2025-05-31
VIP	Gold and above	3.00	2025-01-01	\N
\.
