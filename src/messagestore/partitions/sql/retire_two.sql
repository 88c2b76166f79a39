-- After take_two_out.sql: does with :"partition" what retire.sql does, and the new one takes the time of
-- the empty one, which came before, too.
ALTER TABLE :"partition" RENAME TO :"expired";
ALTER TABLE messages ATTACH PARTITION :"before" FOR VALUES FROM (:lower) TO (:upper);
