"""The signal path: verify, decode, store, append to the ledger, commit, and only then answer. No Django."""
