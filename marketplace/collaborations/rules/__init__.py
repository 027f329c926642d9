"""What may be agreed in a collaboration, who may do what in which state, and where merged organisations lead."""
