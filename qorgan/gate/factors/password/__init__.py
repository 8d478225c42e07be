"""What a person knows: a password."""
