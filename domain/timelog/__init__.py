"""Where a rep's time goes."""
