SELECT first, last, checksum FROM gone ORDER BY first;
