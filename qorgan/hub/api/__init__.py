"""Everything a person can do, for machines: OpenAPI, tokens, problems."""
