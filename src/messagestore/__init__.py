"""Stores every message of a chat bot in PostgreSQL, losing none."""
