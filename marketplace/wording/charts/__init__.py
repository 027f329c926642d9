"""Charts drawn by the server: from plain values to a picture and its table, the same on pages and in files."""
