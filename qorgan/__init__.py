"""Qorgan: the information-security system of Kazakhstan's financial market."""

__version__ = "0.1.0"
