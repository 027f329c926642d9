"""What is done with collaborations: opened by a booking or proposed, answered, kept, completed, ended."""
