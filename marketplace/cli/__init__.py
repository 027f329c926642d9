"""The command line: the same verbs for operators."""
