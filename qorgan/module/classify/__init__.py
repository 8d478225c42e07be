"""Decides by rule packs, which are data, which of the eight signals an event is, or that it is none (R67.8)."""
