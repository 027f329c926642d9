"""Loading and removing sample data."""
