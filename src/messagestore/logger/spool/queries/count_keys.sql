-- How many entries wait for each ordering key.
SELECT key, count(*) FROM entries WHERE key IS NOT NULL GROUP BY key;
