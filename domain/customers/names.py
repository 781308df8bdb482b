"""What may be typed for a name: hanzi, pinyin, initials, a surname, in either order."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from domain.pinyin import reading, sound

RANKS = (
    *("副主任医师", "主任医师", "主治医师", "住院医师", "副主任", "主任", "主治", "副教授", "教授"),
    *("副院长", "院长"),
    *("professor", "prof"),
)
"""Forms of address that tell somebody from a colleague of the same name, the longest first."""

TITLES = (*RANKS, "医生", "医师", "大夫", "老师", "doctor", "dr", "mr", "mrs", "ms")
"""Forms of address; they are no part of a name."""

FULL, READ, REORDERED, SURNAME, INITIALS, PART = 100.0, 95.0, 93.0, 92.0, 90.0, 85.0
"""What a key earns when it is typed exactly."""

# Surnames that are read otherwise than the character is by itself. Source: the surname readings of
# Xiandai Hanyu Cidian (7th ed.); both readings are indexed. v, yu and u stand for ü.
SURNAME_READINGS = {
    "曾": ("zeng",),
    "单": ("shan",),
    "仇": ("qiu",),
    "解": ("xie",),
    "查": ("zha",),
    "区": ("ou",),
    "盖": ("ge",),
    "朴": ("piao",),
    "任": ("ren",),
    "翟": ("zhai",),
    "覃": ("qin", "tan"),
    "乐": ("yue",),
    "种": ("chong",),
    "宓": ("mi",),
    "缪": ("miao",),
    "召": ("shao",),
    "燕": ("yan",),
    "洗": ("xian",),
    "折": ("she",),
    "黑": ("he",),
    "员": ("yun",),
    "郇": ("xun", "huan"),
    "郗": ("xi", "chi"),
    "隗": ("wei", "kui"),
    "尉": ("wei",),
    "长": ("zhang",),
    "葛": ("ge",),
    "繁": ("po",),
    "祭": ("zhai",),
    "秘": ("bi",),
    "牟": ("mu", "mou"),
    "句": ("gou",),
    "谌": ("chen", "shen"),
    "柏": ("bai", "bo"),
    "薄": ("bo",),
    "盛": ("sheng",),
    "重": ("chong",),
    "藏": ("zang",),
    "石": ("shi",),
    "车": ("che",),
    "贾": ("jia",),
    "宁": ("ning",),
    "吕": ("lv", "lyu", "lu"),
    "尉迟": ("yuchi",),
    "万俟": ("moqi",),
    "单于": ("chanyu",),
    "长孙": ("zhangsun",),
    "澹台": ("tantai",),
}
COMPOUND_SURNAMES = frozenset(
    (
        *("欧阳", "司马", "上官", "诸葛", "夏侯", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐"),
        *("司徒", "长孙", "宇文", "端木", "万俟", "单于", "澹台", "南宫", "独孤", "司空", "轩辕"),
    )
)

_WORD = re.compile(r"[㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]|[^\W_㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]+")
_TITLE_WORDS = re.compile("|".join(rf"\b{t}\b" if t.isascii() else t for t in TITLES))


def words(text: str) -> list[str]:
    """`text` as words of letters or digits and single hanzi, in lower case, without accents and signs."""
    return _WORD.findall(plain(text))


def untitled(text: str) -> list[str]:
    """The words of `text` less the forms of address."""
    return _WORD.findall(_TITLE_WORDS.sub(" ", plain(text)))


def rank(text: str) -> str:
    """The form of address in `text` that says what somebody is, "" when there is none."""
    return next((title for title in _TITLE_WORDS.findall(plain(text)) if title in RANKS), "")


def plain(text: str) -> str:
    """`text` in lower case, without accents and apostrophes, wide letters made narrow."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in decomposed if not unicodedata.combining(char) and char not in "'’")


def keys(name: str) -> Iterator[tuple[str, float]]:
    """What may be typed for `name`, and the score that earns."""
    parts = untitled(name)
    if not parts:
        return
    yield "".join(parts), FULL
    if any(part.isascii() for part in parts):
        yield from _latin_keys(parts)
    else:
        yield from _hanzi_keys("".join(parts))


def _latin_keys(parts: Sequence[str]) -> Iterator[tuple[str, float]]:
    if len(parts) > 1:
        yield "".join((parts[-1], *parts[:-1])), REORDERED
        yield "".join((*parts[1:], parts[0])), REORDERED
        yield "".join(part[0] for part in parts), INITIALS
        yield parts[0][0] + parts[-1], INITIALS
        yield parts[-1] + parts[0][0], INITIALS
    if len(parts) > 2:
        yield parts[0] + parts[-1], REORDERED
    for part in parts:
        if len(part) > 1:
            yield part, SURNAME


def _hanzi_keys(name: str) -> Iterator[tuple[str, float]]:
    length = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    surname, given = name[:length], name[length:]
    yield surname, SURNAME
    if length > 1:
        yield "".join(reading(char)[0] for char in name), INITIALS
    if len(given) > 1:
        yield given, PART
    sounds = [reading(char) for char in given]
    for heard in {sound(surname), *SURNAME_READINGS.get(surname, ())}:
        yield heard, SURNAME
        if given:
            yield heard + "".join(sounds), READ
            yield "".join(sounds) + heard, REORDERED
            yield heard[0] + "".join(syllable[0] for syllable in sounds), INITIALS
