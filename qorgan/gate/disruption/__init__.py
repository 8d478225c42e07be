"""Whether people can come in at all: found, held against limits, written in the journal (R67.12)."""
