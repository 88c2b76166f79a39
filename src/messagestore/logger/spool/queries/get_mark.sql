SELECT one, last_id, checksum FROM mark;
