"""Permit rules without a database: predicates, judging, dates, questions and the plan."""
