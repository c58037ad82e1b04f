"""What may be said, and what a text is about: pure functions over text. Judges and proposes; never acts, never stores."""
