"""The connections, the embedded server, the migrations: all that is about PostgreSQL itself."""
