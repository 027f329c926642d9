"""Metrics of use, output and spillover."""
