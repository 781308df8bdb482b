"""How to talk with a customer: type, lifecycle, adoption. Never how much to invest; that is the tier."""
