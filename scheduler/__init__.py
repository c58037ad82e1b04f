"""What we say, and when things run: posts and events, their metrics, the timetable and the worker."""
