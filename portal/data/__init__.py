"""The open data as the public downloads it (what it holds and how it is published: inbox/data)."""
