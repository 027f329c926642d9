"""From rows to the inputs of formulas: who and what a figure counts, as it was known at an instant."""
