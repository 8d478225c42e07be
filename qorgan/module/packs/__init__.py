"""Sets of rule packs from the hub: taken by signature, put in force by a person's word, and taken back."""
