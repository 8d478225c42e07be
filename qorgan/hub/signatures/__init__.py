"""Heads' digital signatures over what they agree to: believed, kept with their evidence, shown."""
