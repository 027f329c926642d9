"""Reads about bookings: previews, one booking, lists and desks, and conversations."""
