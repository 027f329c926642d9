"""Verbs about people, organisations and the ways in."""
