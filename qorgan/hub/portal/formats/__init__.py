"""Formats of dates and numbers that Django lacks (Kazakh) or has for another country (English)."""
