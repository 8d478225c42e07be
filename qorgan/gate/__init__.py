"""The gate: who is knocking, and by which rule they may come in."""
