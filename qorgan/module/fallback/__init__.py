"""The day ASOI is away: found, a card drafted and agreed here, sealed, told by phone and letter (R48I.3-fallback)."""
