"""Codes to sentences in three languages."""
