"""The formulas, one module for each meaning; none of them knows where its numbers come from."""
