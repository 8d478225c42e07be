"""Whose a phone number is: the registry says so, and whoever holds it reads a code from it."""
