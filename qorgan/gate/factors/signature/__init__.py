"""What a person has: the key of a digital signature, which signs a challenge that says what it is for."""
