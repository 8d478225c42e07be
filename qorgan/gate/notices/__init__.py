"""What clients are told of their accounts, and whether it reached them."""
