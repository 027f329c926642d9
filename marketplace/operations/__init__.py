"""What actually happened at a unit."""
