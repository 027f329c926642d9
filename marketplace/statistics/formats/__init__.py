"""Rows as files: spreadsheets and Parquet; what the database writes itself is not here."""
