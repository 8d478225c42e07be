"""What every page shares: frame, menu, languages, sign-in, and the door that opens to nobody unproven (R67.6)."""
