"""Inquiries between institutions and to the authority, and their answers (R67.3.7, R67.11, R67.14)."""
