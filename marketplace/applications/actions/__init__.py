"""Verbs of applications: drafted by a plan, filed, decided, and kept by the clock."""
