"""Recomputes the journal, tables and archives, and names what was changed, removed or moved (D26.journal)."""
