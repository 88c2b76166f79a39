DELETE FROM gone WHERE first = ?;
