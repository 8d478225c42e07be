"""The desk: pages on this machine alone, where a card is drafted and agreed while ASOI is away."""
