"""The tests: they mirror the packages of `marketplace`; whole journeys stand in `browser`, `full` and `house`."""
