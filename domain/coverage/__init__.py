"""Coverage: whom a territory reaches and how often, by definitions that anybody can recompute."""
