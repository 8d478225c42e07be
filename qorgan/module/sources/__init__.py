"""Where records come from: files, syslog, HTTP, standard input. Each keeps its position, or says it has none."""
