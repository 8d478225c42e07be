"""Whether a certificate still held: OCSP, revocation lists with their deltas, and the order they are asked in."""
