"""Messages that employees report: read without trust, and made an event without the employee (R67.8.4, R67.8.5)."""
