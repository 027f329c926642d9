"""Values that stand on their own: they import nothing of ours and never change."""
