"""Settings of the platform that administrators may change: each typed, bounded, explained, and kept with its history."""
