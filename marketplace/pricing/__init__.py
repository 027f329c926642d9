"""What a unit costs."""
