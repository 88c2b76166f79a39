-- The specification's indexes 3 to 13 (1 is the primary key, 2 that of message_keys), and one of
-- ours. Partial ones leave out deleted rows. docs/reference/schema.md names the queries of each.
--
-- Pages are ordered by created_at and id, for many messages share a second. Where the first column has
-- many values the id stands in the index too. Without it a page needs a sort, and PostgreSQL, which
-- takes the value of a prepared query to be of average frequency, two rows say, sorted all messages of
-- the bot for one page of them.
--
-- The indexes over all conversations by time, and the queries meant for them, say NULLS LAST.
-- The column is NOT NULL, so this changes no order; but it keeps PostgreSQL from walking them back
-- from today for the messages of one conversation, which reads everything when that conversation has
-- been large once and silent since. It takes them where it believes messages evenly spread.

-- 3: the history of a conversation
CREATE INDEX messages_history ON messages (context_id, created_at DESC, id DESC)
    WHERE NOT is_deleted;

-- 4: what a person or the bot wrote, anywhere
CREATE INDEX messages_sender ON messages (sender, created_at DESC, id DESC)
    WHERE NOT is_deleted;

-- 5: everything by time. It holds the id because providers give whole seconds, which many messages
-- share: a lookup by created_at and id, for which PostgreSQL takes this index too, reads one row.
CREATE INDEX messages_created_at ON messages (created_at DESC NULLS LAST, id DESC NULLS LAST);

-- 6: what failed in a conversation
CREATE INDEX messages_failed ON messages (context_id, created_at DESC, id DESC)
    WHERE status = 'failed' AND NOT is_deleted;

-- 7: everything in one direction
CREATE INDEX messages_direction ON messages (direction, created_at DESC);

-- 8: everything in groups, or in private
CREATE INDEX messages_context_type ON messages (context_type, created_at DESC);

-- 9: the uses of a command
CREATE INDEX messages_commands ON messages (command_name, created_at DESC, id DESC)
    WHERE is_bot_command AND NOT is_deleted;

-- 10: the answers to a message
CREATE INDEX messages_reply_to ON messages (reply_to_message_id)
    WHERE reply_to_message_id IS NOT NULL;

-- 11: messages by what their metadata contain
CREATE INDEX messages_metadata ON messages USING gin (metadata jsonb_path_ops)
    WITH (gin_pending_list_limit = 65536)
    WHERE NOT is_deleted;

-- 12: the media of a conversation
CREATE INDEX messages_media ON messages (context_id, created_at DESC, id DESC)
    WHERE media_type IS NOT NULL AND NOT is_deleted;

-- 13: a conversation by direction and status
CREATE INDEX messages_dashboard
    ON messages (context_id, direction, status, created_at DESC, id DESC);

-- Ours: what failed anywhere. Index 6 begins with the conversation and cannot answer that. With the
-- time first, PostgreSQL would believe that what failed lies side by side in the table, and read all
-- that failed anywhere for the failed ones of one conversation.
CREATE INDEX messages_failed_anywhere ON messages (status, created_at DESC NULLS LAST)
    WHERE status = 'failed' AND NOT is_deleted;
