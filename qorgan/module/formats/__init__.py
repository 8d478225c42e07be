"""How the records of security products are read: one file a format, none of which decides what a record means."""
