"""The handlers of deferred work."""
