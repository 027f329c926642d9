"""Uploads by content hash, checked and stored inert."""
