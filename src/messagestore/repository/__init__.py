"""Reads and writes of the tables, one module a noun; the SQL stands in `queries/`."""
