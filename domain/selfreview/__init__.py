"""Six questions that a rep asks themself every month."""
