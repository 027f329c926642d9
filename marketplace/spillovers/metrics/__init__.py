"""Each metric from its inputs: what is read, which formula answers, and what the result rests on."""
