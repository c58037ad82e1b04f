"""X: API v2, the v1.1 upload that is being switched off, webhooks and activity subscriptions."""
