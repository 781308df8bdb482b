"""Who works with Ninebox."""
