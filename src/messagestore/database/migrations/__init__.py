"""The migrations: `versions/` holds one small file a revision, `sql/` what each of them runs."""
