-- On Citus, a lookup without the conversation asks every shard. Here the id's place is looked up first,
-- in the table that is distributed by id, and then the message: two routed statements, in a function,
-- for only at its second can the first one's answer choose the shard.
--
-- One message by its id ($1) and the created_at that the id carries ($2); $3 whether deleted too.
SELECT * FROM messagestore_get($1, $2, $3);
