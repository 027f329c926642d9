"""Small builders of rows, one module per concept; everybody in them is of the cast or a stranger."""
