"""A program's database: its roles, where each connects, what each may do. No Django here."""
