"""What came of collaborations: versions of each outcome, its evidence, and the other side's word on it."""
