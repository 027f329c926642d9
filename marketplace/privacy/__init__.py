"""A person's data: taken along, erased."""
