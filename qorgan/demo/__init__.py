"""The demonstration market: a centre and five invented institutions on one machine."""
