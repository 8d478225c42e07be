"""Tables of packages."""
