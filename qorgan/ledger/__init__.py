"""Tamper evidence: a Merkle tree, its tiles, its signed heads, and the receipts that stand on them."""
