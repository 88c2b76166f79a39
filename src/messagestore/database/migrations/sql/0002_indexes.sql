-- The specification's indexes 3 to 13 (1 is the primary key, 2 that of message_keys), and one of
-- ours. Partial ones leave out deleted rows. docs/reference/schema.md names the queries of each.

-- 3: the history of a conversation
CREATE INDEX messages_history ON messages (context_id, created_at DESC, id DESC)
    WHERE NOT is_deleted;

-- 4: what a person or the bot wrote, anywhere
CREATE INDEX messages_sender ON messages (sender, created_at DESC) WHERE NOT is_deleted;

-- 5: everything by time
CREATE INDEX messages_created_at ON messages (created_at DESC);

-- 6: what failed in a conversation
CREATE INDEX messages_failed ON messages (context_id, created_at DESC)
    WHERE status = 'failed' AND NOT is_deleted;

-- 7: everything in one direction
CREATE INDEX messages_direction ON messages (direction, created_at DESC);

-- 8: everything in groups, or in private
CREATE INDEX messages_context_type ON messages (context_type, created_at DESC);

-- 9: the uses of a command
CREATE INDEX messages_commands ON messages (command_name, created_at DESC)
    WHERE is_bot_command AND NOT is_deleted;

-- 10: the answers to a message
CREATE INDEX messages_reply_to ON messages (reply_to_message_id)
    WHERE reply_to_message_id IS NOT NULL;

-- 11: messages by what their metadata contain
CREATE INDEX messages_metadata ON messages USING gin (metadata jsonb_path_ops)
    WITH (gin_pending_list_limit = 65536)
    WHERE NOT is_deleted;

-- 12: the media of a conversation
CREATE INDEX messages_media ON messages (context_id, created_at DESC)
    WHERE media_type IS NOT NULL AND NOT is_deleted;

-- 13: a conversation by direction and status
CREATE INDEX messages_dashboard ON messages (context_id, direction, status, created_at DESC);

-- Ours: what failed anywhere. Index 6 begins with the conversation and cannot answer that.
CREATE INDEX messages_failed_anywhere ON messages (created_at DESC)
    WHERE status = 'failed' AND NOT is_deleted;
