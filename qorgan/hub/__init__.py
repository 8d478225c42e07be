"""ASOI: the hub that runs at the sectoral centre (R67.2)."""
