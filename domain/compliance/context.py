"""Whether a sentence tells of a deed, or of its refusal.

"No kickbacks", "he hinted at a kickback, I declined" and "our training on kickbacks" must be sayable. But
"I offered a kickback, he declined" is a deed, and so is "he would not prescribe, so I gave him a card". So
a word is lifted only by a negation that governs it, by a refusal or a report that is ours, or by talk about
the rule itself; and a deed of ours in the same sentence leaves only the first.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

from domain.compliance import cues

_REACH = 60
"""Characters before a word in which a negation of it may stand."""


def sentence(ends: Sequence[int], start: int, end: int, *, following: bool = False) -> tuple[int, int]:
    """The sentence around a stretch, of those that end at `ends`; with the one that is `following`, both."""
    number = bisect_right(ends, start)
    last = min(bisect_right(ends, end - 1) + following, len(ends) - 1)
    return (ends[number - 1] if number else 0), ends[last]


def is_denied(text: str, ends: Sequence[int], start: int, end: int) -> bool:
    """Whether the word from `start` to before `end` of a folded text is said not to be there."""
    first, last = sentence(ends, start, end)
    after = text[end:last]
    absent = cues.ZH_ABSENT_AFTER.search(_squeezed(after)) or cues.EN_ABSENT_AFTER.search(after)
    return _negated(text[first:start]) or bool(absent)


def is_lifted(text: str, ends: Sequence[int], start: int, end: int) -> bool:
    """Whether the word from `start` to before `end` of a folded text is denied, refused, reported or taught.

    A refusal may come in the sentence after.
    """
    first, last = sentence(ends, start, end)
    before, after, whole = text[first:start], text[end:last], text[first:last]
    if _governed(before, after):
        return not (cues.ZH_ANYWAY_AFTER.search(_squeezed(after)) or cues.EN_ANYWAY_AFTER.search(after))
    if cues.ZH_DEED.search(_squeezed(whole)) or cues.EN_DEED.search(whole):
        return False
    if _turned_down(before) or _about_rules(before):
        return True
    _, following = sentence(ends, start, end, following=True)
    return _refused(whole) or _refused(text[last:following])


def is_of_rivals(text: str, ends: Sequence[int], start: int, end: int) -> bool:
    """Whether the sentence tells what a competitor does, and nothing of following suit."""
    first, last = sentence(ends, start, end)
    whole = text[first:last]
    squeezed = _squeezed(whole)
    if not (cues.ZH_RIVALS.search(squeezed) or cues.EN_RIVALS.search(whole)):
        return False
    follows = cues.ZH_FOLLOWS_RIVALS.search(squeezed) or cues.EN_FOLLOWS_RIVALS.search(whole)
    return not (follows or cues.EN_DEED.search(whole))


def _governed(before: str, after: str) -> bool:
    """Whether a negation before the word, or a ban behind it, holds for it."""
    squeezed = _squeezed(after)
    if _negated(before):
        return not cues.ZH_NOTHING_WITHOUT_AFTER.search(squeezed)
    return bool(cues.ZH_BANNED_AFTER.search(squeezed) or cues.EN_BANNED_AFTER.search(after))


def _negated(before: str) -> bool:
    clause = re.split(r"[,:]", _squeezed(before[-_REACH:]))[-1]
    zh = cues.ZH_NEGATED_BEFORE.search(clause) and not cues.ZH_NOT_NEGATED_BEFORE.search(clause)
    near = before[-_REACH:]
    en = cues.EN_NEGATED_BEFORE.search(near) and not cues.EN_NOT_NEGATED_BEFORE.search(near)
    return bool(zh or en)


def _turned_down(before: str) -> bool:
    squeezed = _squeezed(before[-_REACH:])
    zh = cues.ZH_TURNED_DOWN_BEFORE.search(squeezed) and not cues.ZH_NOT_NEGATED_BEFORE.search(squeezed)
    en = cues.EN_TURNED_DOWN_BEFORE.search(before) and not cues.EN_NOT_NEGATED_BEFORE.search(before)
    return bool(zh or en)


def _about_rules(before: str) -> bool:
    zh = cues.ZH_ABOUT_RULES_BEFORE.search(_squeezed(before))
    return bool(zh or cues.EN_ABOUT_RULES_BEFORE.search(before))


def _refused(whole: str) -> bool:
    squeezed = _squeezed(whole)
    zh = cues.ZH_REFUSED.search(squeezed) and not cues.ZH_NOT_REFUSED.search(squeezed)
    en = cues.EN_REFUSED.search(whole) and not cues.EN_NOT_REFUSED.search(whole)
    return bool(zh or en)


_BLANKS = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")


def _squeezed(text: str) -> str:
    """Without the blanks between hanzi."""
    return _BLANKS.sub("", text)
