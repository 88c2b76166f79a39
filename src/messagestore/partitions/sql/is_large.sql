-- Whether the catch-all holds more than $1 messages.
SELECT count(*) > $1 AS is_large FROM (SELECT FROM messages_later LIMIT $1 + 1) AS some_of_them;
