"""Decisions about listings, made over values alone."""
