"""The engine every document lives by: drafts, agreement, verbs, clocks, receptions, history (R67.10 to R67.15)."""
