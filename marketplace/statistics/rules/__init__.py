"""Decisions and sums of statistics: days, filters, columns, periods."""
