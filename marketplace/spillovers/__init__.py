"""Metrics of use, output and spillover: their registry, their formulas, and one way to compute each of them."""
