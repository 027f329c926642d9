"""Settings of the platform that administrators may change: each typed, bounded, explained, with its history."""
