"""Territories, zones, agencies, counterpart pairs, calendars and currencies."""
