"""Windows events, however they were shipped: XML, JSON of many shippers, text as Windows writes it out."""
