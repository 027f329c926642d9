"""Reading the search rows, and what they are made of."""

from marketplace.search.queries.search import Found, Point, SearchPage, map_points, search

__all__ = ["Found", "Point", "SearchPage", "map_points", "search"]
