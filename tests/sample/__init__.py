"""Tests of the sample sets."""
