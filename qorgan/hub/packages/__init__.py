"""Sealed packages of institutions' modules: cards that came by another transport, or after ASOI was away (R48I.3)."""
