"""A rep's plan of a quarter, and what became of what was decided."""
