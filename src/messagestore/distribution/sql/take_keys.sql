-- The parent's key, over those of the partitions.
ALTER TABLE messages ADD CONSTRAINT messages_pkey PRIMARY KEY (context_id, id, created_at);
