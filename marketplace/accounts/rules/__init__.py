"""Decisions about people and organisations, without a database and without a clock."""
