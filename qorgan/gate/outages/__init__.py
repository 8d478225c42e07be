"""Which services that the gate depends on are away, and that they are back (D26.journal)."""
