"""Reports on the information-security management system (R48.29)."""
