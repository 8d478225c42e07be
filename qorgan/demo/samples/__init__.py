"""Two invented sites whose people sign in through a gate: a bank's, and a trading platform's."""
