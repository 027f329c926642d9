"""Keeping roll-ups in step with rows, and the log of exports."""
