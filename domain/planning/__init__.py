"""Whom to visit, and when."""
