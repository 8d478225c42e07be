"""Tags of the pages of members."""
