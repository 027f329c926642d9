"""Benchbridge: labs and pilot lines shared across jurisdictions. Importing this imports nothing else."""
