"""Deferred work by name, written in the transaction that causes it."""
