"""What the programs' APIs share: a body read into its shape, and a refusal told as a problem."""
