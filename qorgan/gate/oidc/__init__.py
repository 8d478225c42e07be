"""The gate as an OpenID Connect provider of the institution's own applications."""
