"""File formats of listings, read and written without a database: each knows its fields, none knows our tables."""
