-- Whether anything is in a partition.
SELECT EXISTS (SELECT FROM ONLY :"partition");
