"""SANDBOX: servers that speak the adapters' protocols with invented people. Nothing they say is true of anybody."""
