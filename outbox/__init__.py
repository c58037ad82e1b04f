"""Everything that leaves us, once: posts, replies, receipts and moderation actions by one ledger (DESIGN §2.2-2.4)."""
