"""What the commands of `qorgan module` do, loaded when one of them is run."""
