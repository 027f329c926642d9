"""What use adds up to: daily roll-ups, what may be read and exported of them, and the log of exports."""
