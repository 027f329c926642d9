"""From a request through its gates to a confirmed booking."""
