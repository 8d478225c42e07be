"""Removes personal data and banking secrets from an event before anything of it touches a disk (R67.4)."""
