-- Frees the keys of messages that are gone, takes these out of the counters, and notes their removal; of
-- those only whose keys are still there, so that a repetition changes nothing. $1 context_ids, $2 ids,
-- $3 message_ids, $4 directions, $5 whether they have media, $6 are commands, $7 failed, $8 are hidden,
-- and so not counted. Returns how many there were. Runs under lock_conversations.sql.
WITH expired AS (
    SELECT *
    FROM unnest(
        $1::text[], $2::uuid[], $3::text[], $4::text[], $5::boolean[], $6::boolean[],
        $7::boolean[], $8::boolean[]
    ) AS expired (
        context_id, id, message_id, direction, has_media, is_command, has_failed, is_deleted
    )
),
freed AS (
    DELETE FROM message_keys
    USING expired
    WHERE message_keys.message_id = expired.message_id
        AND message_keys.context_id = expired.context_id
        AND message_keys.id = expired.id
    RETURNING message_keys.id
),
gone AS (
    SELECT expired.* FROM expired JOIN freed ON freed.id = expired.id
),
noted AS (
    INSERT INTO changes (kind, context_ids, ids)
    SELECT 'removed', array_agg(context_id), array_agg(id) FROM gone HAVING count(*) > 0
),
fewer AS (
    SELECT
        context_id,
        count(*) AS total,
        count(*) FILTER (WHERE direction = 'incoming') AS incoming,
        count(*) FILTER (WHERE direction = 'outgoing') AS outgoing,
        count(*) FILTER (WHERE has_media) AS with_media,
        count(*) FILTER (WHERE is_command) AS commands,
        count(*) FILTER (WHERE has_failed) AS failed
    FROM gone
    WHERE NOT is_deleted
    GROUP BY context_id
),
counted AS (
    UPDATE conversations
    SET total = conversations.total - fewer.total,
        incoming = conversations.incoming - fewer.incoming,
        outgoing = conversations.outgoing - fewer.outgoing,
        with_media = conversations.with_media - fewer.with_media,
        commands = conversations.commands - fewer.commands,
        failed = conversations.failed - fewer.failed
    FROM fewer
    WHERE conversations.context_id = fewer.context_id
    RETURNING conversations.context_id
)
SELECT count(*) AS settled FROM gone;
