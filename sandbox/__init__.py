"""The three platforms, simulated on loopback. Imports nothing of the house; nothing of the house imports it.

`sandbox.server.start()` runs it in a thread (tests), `python -m sandbox` in the foreground (demo). See README.md.
"""
