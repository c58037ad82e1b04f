"""What citizens said and what we do about it: one way in, a decision for each item, cases, replies, figures."""
