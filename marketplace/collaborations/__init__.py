"""Organisations that share facilities under an agreement, for years: parties, milestones, funding, closing."""
