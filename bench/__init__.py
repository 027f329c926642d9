"""How fast Benchbridge is, told as ratios measured in the same run, so that the machine does not matter."""
