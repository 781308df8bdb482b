"""Sending what is owed: what a failure means, how fast to go, and what becomes of each row."""
