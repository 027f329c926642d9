"""Finding a facility in three scripts, by facts and by free time."""
