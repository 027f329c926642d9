"""Charts: geometry, markup, files."""
