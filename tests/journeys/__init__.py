"""Whole journeys of people and programs, from the first listing to the confirmed booking."""
