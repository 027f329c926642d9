"""The small believable set and the synthetic one."""
