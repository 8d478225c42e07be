"""Ceremonies: one attempt at one thing by one browser or app, from the first knock to a session or a no."""
