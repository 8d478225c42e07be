"""Who takes part in ASOI: organisations, their people and roles, their modules and keys (R67.3.2, R67.7)."""
