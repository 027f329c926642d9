"""Rules of applications: their states, their clocks, who applies where, and what the counterpart sees."""
