"""The statements, one a file; each reads alone."""

from messagestore.sql_files import statements_of

sql = statements_of(__name__)
