"""What the customers of an analysed list are."""

from enum import StrEnum


class Subject(StrEnum):
    """Some figures exist for accounts only: hospitals, pharmacies, distributors."""

    ACCOUNT = "account"
    PERSON = "person"
