-- Those of 0008 serve whatever these served.
DROP INDEX messages_metadata;
DROP INDEX messages_search;
DROP INDEX messages_search_glyphs;
