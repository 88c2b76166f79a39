-- Makes the catch-all a partition as any other: nothing is moved out of it any more.
SET LOCAL lock_timeout = '50ms';
ALTER TABLE messages_later RENAME TO :"new";
