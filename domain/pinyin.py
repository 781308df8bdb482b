"""How hanzi sound, for names and words typed by ear."""

from functools import cache


def sound(text: str) -> str:
    """`text` in pinyin without tones or blanks, each character in its commonest reading; the rest stays."""
    return text if text.isascii() else "".join(map(reading, text))


@cache
def reading(char: str) -> str:
    """One character in pinyin without its tone, or as it is when it is no hanzi."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin(char)[0]
