"""Tests of jurisdictions."""
