"""Verbs of outcomes: stated, submitted, confirmed or disputed, settled, withdrawn, shown by papers, asked for."""
