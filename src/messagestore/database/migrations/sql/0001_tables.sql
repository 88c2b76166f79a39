-- The four tables of the store. docs/explanation/schema.md says why each is as it is.

-- One row a message. Partitioned from the first day, with one partition that holds all time:
-- going monthly later is then a matter of bounds and copies no row. No column refers to another
-- table and no trigger stands here, so that the same tables can be distributed by context_id.
CREATE TABLE messages (
    id                  uuid        NOT NULL,
    message_id          text        NOT NULL,
    context_id          text        NOT NULL,
    context_type        text        NOT NULL,
    direction           text        NOT NULL,
    sender              text        NOT NULL,
    recipient           text        NOT NULL,
    content             text,
    media_url           text,
    media_type          text,
    media_content_type  text,
    media_size          bigint,
    status              text        NOT NULL,
    error_message       text,
    metadata            jsonb       NOT NULL DEFAULT '{}',
    created_at          timestamptz NOT NULL,
    delivered_at        timestamptz,
    read_at             timestamptz,
    reply_to_message_id text,
    is_bot_command      boolean     NOT NULL DEFAULT false,
    is_admin_command    boolean     NOT NULL DEFAULT false,
    command_name        text,
    deleted_at          timestamptz,
    is_deleted          boolean     NOT NULL DEFAULT false,

    -- Index 1. A partitioned key contains the partition column; the id carries created_at anyway.
    CONSTRAINT messages_pkey PRIMARY KEY (id, created_at),

    CONSTRAINT messages_context_type_known CHECK (context_type IN ('group', 'private')),
    CONSTRAINT messages_direction_known CHECK (direction IN ('incoming', 'outgoing')),
    CONSTRAINT messages_status_known
        CHECK (status IN ('queued', 'sent', 'failed', 'delivered', 'read')),
    CONSTRAINT messages_media_type_known
        CHECK (media_type IN ('image', 'video', 'audio', 'document', 'sticker', 'location',
                              'contacts', 'poll', 'order', 'other')),
    -- Ids are index keys, and PostgreSQL refuses a btree entry of over 2,704 bytes.
    CONSTRAINT messages_message_id_size CHECK (octet_length(message_id) BETWEEN 1 AND 512),
    CONSTRAINT messages_context_id_size CHECK (octet_length(context_id) BETWEEN 1 AND 512),
    CONSTRAINT messages_sender_size CHECK (octet_length(sender) BETWEEN 1 AND 512),
    CONSTRAINT messages_recipient_size CHECK (octet_length(recipient) BETWEEN 1 AND 512),
    CONSTRAINT messages_reply_to_size CHECK (octet_length(reply_to_message_id) BETWEEN 1 AND 512),
    CONSTRAINT messages_command_name_size CHECK (octet_length(command_name) BETWEEN 1 AND 512),
    CONSTRAINT messages_media_size_positive CHECK (media_size >= 0),
    CONSTRAINT messages_metadata_object CHECK (jsonb_typeof(metadata) = 'object'),
    CONSTRAINT messages_deleted_has_time CHECK (is_deleted = (deleted_at IS NOT NULL))
) PARTITION BY RANGE (created_at);

CREATE TABLE messages_all_time PARTITION OF messages
    FOR VALUES FROM (MINVALUE) TO (MAXVALUE);

-- Index 2: message_id is unique for ever, over all partitions; Meta redelivers for seven days.
CREATE TABLE message_keys (
    message_id text NOT NULL,
    context_id text NOT NULL,
    id         uuid NOT NULL,
    CONSTRAINT message_keys_pkey PRIMARY KEY (message_id)
);

-- Exact counters over the messages that are not deleted, kept by the statements that write them.
CREATE TABLE conversations (
    context_id       text        NOT NULL,
    context_type     text        NOT NULL,
    total            bigint      NOT NULL,
    incoming         bigint      NOT NULL,
    outgoing         bigint      NOT NULL,
    with_media       bigint      NOT NULL,
    commands         bigint      NOT NULL,
    failed           bigint      NOT NULL,
    first_message_at timestamptz,
    last_message_at  timestamptz,
    CONSTRAINT conversations_pkey PRIMARY KEY (context_id),
    CONSTRAINT conversations_context_type_known CHECK (context_type IN ('group', 'private')),
    CONSTRAINT conversations_counters_consistent CHECK (
        total = incoming + outgoing AND incoming >= 0 AND outgoing >= 0
        AND with_media BETWEEN 0 AND total AND commands BETWEEN 0 AND total
        AND failed BETWEEN 0 AND total
    )
) WITH (fillfactor = 80);

CREATE INDEX conversations_last_message_at
    ON conversations (last_message_at DESC, context_id DESC) WHERE total > 0;

-- Statuses that came before their message; applied, and removed, when it lands.
CREATE TABLE pending_statuses (
    message_id    text        NOT NULL,
    status        text        NOT NULL,
    error_message text,
    occurred_at   timestamptz NOT NULL,
    received_at   timestamptz NOT NULL,
    CONSTRAINT pending_statuses_pkey PRIMARY KEY (message_id, status),
    CONSTRAINT pending_statuses_status_known
        CHECK (status IN ('queued', 'sent', 'failed', 'delivered', 'read'))
);
