"""Clients of the institution, participants of its platform and its employees: whose identity the gate guards."""
