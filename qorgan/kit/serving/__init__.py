"""Processes of a program: listeners opened once, processes kept running, each ending with whoever keeps it."""
