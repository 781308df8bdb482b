"""Visits that a manager makes together with a rep: with whom, in which role, and what is agreed after."""
