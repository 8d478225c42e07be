"""Each folder is a factor and knows no other. A factor makes proofs and decides nothing."""
