"""Reading outcomes: who may see which, what each says, and what waits for whom."""
