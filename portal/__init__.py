"""The public door: webhooks, tracking, policy, open data. Its own process; works without JavaScript."""
