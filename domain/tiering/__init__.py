"""Customer tiering: potential A/B/C by support 1/2/3."""
