"""How unlike normal images what a client sends is, and where."""
