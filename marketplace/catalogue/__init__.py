"""Facilities and units, their listing, import and export."""
