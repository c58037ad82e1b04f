"""What only X needs: its text, its posts, its media, its prices."""
