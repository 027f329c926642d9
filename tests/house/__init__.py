"""Tests that read the code base: the shape of the house is kept by reading it, not by remembering."""
