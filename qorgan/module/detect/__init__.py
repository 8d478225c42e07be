"""Attacks that no single record shows, found over windows of time."""
