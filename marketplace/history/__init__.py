"""What happened: append-only rows per subject, sealed from time to time."""
