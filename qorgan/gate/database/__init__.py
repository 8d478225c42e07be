"""The gate's database: its roles, what each may do, and how it is brought to this release."""
