"""The part of Instagram's private mobile API that instagrapi speaks. For rehearsal only: it is against their terms."""
