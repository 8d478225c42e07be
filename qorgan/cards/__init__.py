"""Incident cards: their words, form and rules, the same at the hub and in an institution's module (R67.12)."""
