"""People, organisations, memberships, and who may do what."""
