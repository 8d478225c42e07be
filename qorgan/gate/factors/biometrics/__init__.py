"""Biometric identification as a factor. The gate compares no faces: it judges a provider's report, and keeps it."""
