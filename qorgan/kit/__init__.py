"""What every Django program shares: its database server, its clock, its configuration, its ways of saying no."""
