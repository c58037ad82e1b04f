"""Instagram's private mobile API through instagrapi: against Instagram's terms, off unless the risk was accepted."""
