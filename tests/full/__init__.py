"""The longer figures: whole deployments under storms and kills, for the full run."""
