"""A public-key infrastructure of our own in the KZ format, for trials and tests. Nobody outside believes it."""
