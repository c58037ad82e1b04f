"""The operator door's rooms: what stands behind the commands of manage.py. See docs/decisions/0002-the-operators-door.md."""
