"""Threat and vulnerability warnings (R67.3.3, R67.3.5, R67.10, R67.13)."""
