"""A real browser on a real server: what people see, and whether all of them can use it."""
