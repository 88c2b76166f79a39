-- Whether anything is in a partition.
SELECT EXISTS (SELECT 1 FROM :"partition");
