"""Incident cards (R67.3.4, R67.12): what is written in one, and its life."""
