"""Forms: what pages take in, parsed into values."""
