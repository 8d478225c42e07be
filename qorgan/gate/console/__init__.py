"""Where the institution's staff run the gate: accounts, duties, sessions, the journal; each act written down."""
