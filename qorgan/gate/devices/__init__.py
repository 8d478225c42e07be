"""The devices of clients: each is one key, bound with biometric identification, and proven at every call."""
