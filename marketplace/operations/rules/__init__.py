"""Decisions about what really happened: pure, without database and clock."""
