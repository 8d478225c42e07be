"""Signals as people at the centre and at the institutions see them (R67.3.6, R67.8)."""
