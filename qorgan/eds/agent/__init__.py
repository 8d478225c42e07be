"""A sandbox agent that speaks NCALayer's protocol with a key that guards nothing."""
