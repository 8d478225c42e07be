"""What a person has: a passkey, unlocked by the device that holds it (WebAuthn level 3)."""
