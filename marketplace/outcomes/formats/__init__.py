"""Bibliographic files and sheets of outcomes, read without a database: each knows its fields, none knows our tables."""
