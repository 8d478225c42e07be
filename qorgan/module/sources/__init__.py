"""Where records come from: files, syslog, HTTP, standard input. Each keeps its position, or has none (R67.7)."""
