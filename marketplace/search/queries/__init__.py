"""Reading the search rows, and what they are made of."""

from marketplace.search.queries.comparing import Compared, compared
from marketplace.search.queries.search import Found, Point, SearchPage, map_points, search
from marketplace.search.queries.starts import organisations_of

__all__ = ["Compared", "Found", "Point", "SearchPage", "compared", "map_points", "organisations_of", "search"]
