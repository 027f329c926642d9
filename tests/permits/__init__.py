"""Permit rules, plans and their dates."""
