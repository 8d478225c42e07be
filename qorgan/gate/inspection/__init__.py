"""What an inspector asks of the gate: how many, by which rule, any without one; and the evidence of it. No pages."""
