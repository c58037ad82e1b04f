"""The open data: what is counted of what the public said and of what came of it, and how it is published, once, for good."""
