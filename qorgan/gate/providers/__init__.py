"""Services outside that the gate asks: who is this, whose number is it, carry this message."""
