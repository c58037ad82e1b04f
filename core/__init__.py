"""What every room needs: settings, clock, database, people, audit, errors, words. Not one word of the trade."""
