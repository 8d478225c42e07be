"""Tags of the pages of signals."""
