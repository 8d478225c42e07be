"""Reports by phone, taken down by the centre (R48I.3-fallback)."""
