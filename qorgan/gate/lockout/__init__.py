"""Counts wrong attempts by account, factor, device and network, for every path alike."""
