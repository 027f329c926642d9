"""Decisions about people's data: what stays, for how long and why, and by when a request is answered."""
