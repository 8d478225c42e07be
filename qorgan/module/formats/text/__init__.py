"""Free text: products as data, found by their program and words, and below them text of products that nobody named."""
