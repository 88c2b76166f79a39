"""One file a revision, found by name; docs/explanation/migrations.md says how to add one."""
