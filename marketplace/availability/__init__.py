"""Opening hours, closures, claims and free time."""
