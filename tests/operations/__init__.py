"""Sessions, kiosks, feeds and files of loggers."""
