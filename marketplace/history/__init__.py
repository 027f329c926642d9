"""What happened: append-only rows per subject, and seals over all of them."""
