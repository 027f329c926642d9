"""Reads about collaborations: who sees which, what stands on their pages, and which organisations became which."""
