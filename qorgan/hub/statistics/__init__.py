"""Counts over documents and signals, reconcilable with the rows."""
