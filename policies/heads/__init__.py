"""Linear models over pieces of words: trained from labelled texts, shipped as numbers with a card, asked beside the rules."""
