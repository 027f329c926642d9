"""Work deferred by task name, written beside the change that causes it."""
