"""Reads about applications: one, a party's, an authority's, and what stands around them."""
