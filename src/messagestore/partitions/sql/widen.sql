-- After take_two_out.sql: lets :"kept" take the time of the empty one, which was the last, too.
ALTER TABLE messages ATTACH PARTITION :"kept" FOR VALUES FROM (:lower) TO (MAXVALUE);
ALTER TABLE :"kept" DROP CONSTRAINT IF EXISTS messages_lower_bound;
