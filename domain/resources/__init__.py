"""Seats and other things that are too few for everybody who might have one."""
