"""ModSecurity and its kin: audit logs in three JSON shapes and in sections, and lines in a web server's error log."""
