-- Whether there is anything to be moved.
SELECT EXISTS (SELECT FROM messages);
