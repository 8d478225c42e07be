"""Migrations of the provider's tables."""
