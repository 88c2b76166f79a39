-- On Citus, a recursive query must stay in one shard, and the keys of a thread lie in many: the function
-- goes from key to message to key, each in a routed statement.
--
-- What a message answers, and what that answers, and so on within the conversation ($1), nearest
-- first. $2 the reply_to_message_id to begin with, $3 how many at most (a circle ends there too).
SELECT * FROM messagestore_ancestors($1, $2, $3) WHERE NOT is_deleted;
