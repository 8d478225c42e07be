"""The demonstration market: a centre and six invented institutions on one machine."""
