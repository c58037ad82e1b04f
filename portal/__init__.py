"""The public door: webhooks, tracking, policy, events, open data. Its own process; works without JavaScript."""
