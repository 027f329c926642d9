"""Reading what use adds up to."""
