"""Reading what really happened at a unit."""
