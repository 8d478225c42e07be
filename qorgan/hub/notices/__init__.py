"""Who must be told of what, and by which way it went; clocks that run out."""
