"""What the administrators look at every day: everything that waits for a decision, from every concept."""
