"""What the gate tells the institution's module of attempts to sign in: a log like that of any other system."""
