"""Everything a person can do, for machines: tokens, a table of routes, OpenAPI 3.1, problems (RFC 9457)."""
