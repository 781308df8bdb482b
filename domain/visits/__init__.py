"""Visits: meetings of a rep with a customer."""
