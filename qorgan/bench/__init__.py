"""What `make bench` measures: ratios within one run, against limits that are stated before."""
