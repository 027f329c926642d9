"""Pure rules of what happened at a unit: its states, and what they and its runs come to."""
