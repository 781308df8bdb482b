"""What only the operator can mend."""


class OperatorError(Exception):
    """Something is wrong around the program; the sentence says what, and what to do."""
