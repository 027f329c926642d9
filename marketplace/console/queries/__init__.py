"""Reads over every concept, for those who oversee the platform."""
