"""How hanzi sound, for names and words typed by ear."""

from functools import cache


def sound(text: str) -> str:
    """`text` in pinyin without tones or blanks, each character in its commonest reading; the rest stays."""
    return text if text.isascii() else "".join(map(reading, text))


def syllables(hanzi: str) -> list[str]:
    """Hanzi one by one in pinyin without tones, in well-known words (长沙, 重庆) as they are read there."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin(hanzi)


@cache
def reading(char: str) -> str:
    """One character in pinyin without its tone, or as it is when it is no hanzi."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin(char)[0]
