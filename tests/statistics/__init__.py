"""What use adds up to."""
