"""Taking snapshots of figures, and building them anew from rows."""
