"""The phrases that mean a day, in Chinese and English, and what is reckoned from each.

Text comes folded: half-width, lower case. A phrase that turns out to mean no day gives None.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from domain.understanding.numerals import NUMBER_EN, NUMBER_ZH, number_of
from domain.understanding.reckoning import Day, Doubt, Half, Part, Reckoning

Rule = Callable[[re.Match[str], Reckoning], Day | None]

HALVES = {
    **dict.fromkeys(("上午", "早上", "早晨", "一早", "清早", "早", "morning", "am"), Half.MORNING),
    **dict.fromkeys(("中午", "noon", "midday"), Half.NOON),
    **dict.fromkeys(("下午", "午后", "afternoon", "pm"), Half.AFTERNOON),
    **dict.fromkeys(("傍晚", "晚上", "晚", "evening"), Half.EVENING),
}

_HANZI = re.compile(r"[㐀-䶿一-鿿]")
_WEEKDAYS = {
    "一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6,
    "1": 0, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5, "7": 6,
    "mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = {
    "大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3,
    "day before yesterday": -2, "yesterday": -1, "today": 0, "this": 0, "tomorrow": 1,
    "day after tomorrow": 2,
}  # fmt: skip
_WEEKS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2, "last": -1, "this": 0, "next": 1}
_AHEAD = {
    "上": -1, "上个": -1, "这": 0, "这个": 0, "本": 0, "下": 1, "下个": 1, "下下个": 2,
    "last": -1, "this": 0, "next": 1,
}  # fmt: skip
_PARTS = {
    **dict.fromkeys(("初", "上旬", "start", "beginning", "early"), Part.BEGINNING),
    **dict.fromkeys(("中", "中旬", "middle", "mid"), Part.MIDDLE),
    **dict.fromkeys(("底", "末", "下旬", "end", "late"), Part.END),
}
_YEARS = {"去年": -1, "今年": 0, "明年": 1}


def _in_full(found: re.Match[str], at: Reckoning) -> Day:
    return at.dated(int(found["month"]), int(found["day"]), int(found["year"]))


def _month_and_day(found: re.Match[str], at: Reckoning) -> Day:
    year = at.today.year + _YEARS[found["year"]] if found["year"] else None
    return at.dated(number_of(found["month"]), number_of(found["day"]), year)


def _named_month_and_day(found: re.Match[str], at: Reckoning) -> Day:
    year = int(found["year"]) if found["year"] else None
    return at.dated(_month(found), int(found["day"]), year)


def _with_slash(found: re.Match[str], at: Reckoning) -> Day | None:
    """12/3 is month and day beside Chinese words; elsewhere it can be read both ways."""
    one, other = int(found["one"]), int(found["other"])
    readings = [at.dated(one, other)]
    if one != other and not _HANZI.search(found.string):
        readings.append(at.dated(other, one))
    days = [day for day in readings if day.doubt is not Doubt.NO_SUCH_DAY]
    if len(days) == 2:
        options = {on for day in days for on in ((day.on,) if day.on else day.options)}
        return Day(doubt=Doubt.TWO_WAYS, options=tuple(sorted(options)))
    return days[0] if days else None


def _numbered(found: re.Match[str], at: Reckoning) -> Day:
    number = number_of(found["day"])
    return at.day_of(at.month(_AHEAD[found["which"]]), number) if found["which"] else at.numbered(number)


def _relative(found: re.Match[str], at: Reckoning) -> Day:
    return replace(at.after(_DAYS[found["day"]]), half=HALVES.get(found["half"] or ""))


def _tonight(_: re.Match[str], at: Reckoning) -> Day:
    return replace(at.after(0), half=Half.EVENING)


def _last_night(_: re.Match[str], at: Reckoning) -> Day:
    return replace(at.after(-1), half=Half.EVENING)


def _weekday(found: re.Match[str], at: Reckoning) -> Day:
    return at.weekday(_WEEKDAYS[found["weekday"][:3]], _WEEKS.get(found["which"] or ""))


def _counted(found: re.Match[str], at: Reckoning) -> Day | None:
    count, unit = number_of(found["count"]), found["unit"]
    count = -count if found["way"].endswith(("前", "ago")) else count
    if unit.startswith(("工作日", "working", "business")):
        return at.after_working_days(count) if count > 0 else None
    if unit.startswith(("月", "month")):
        return at.after_months(count)
    return at.after(count if unit.startswith(("天", "日", "day")) else 7 * count)


def _half_a_month(_: re.Match[str], at: Reckoning) -> Day:
    return at.after(15)


def _fortnight(_: re.Match[str], at: Reckoning) -> Day:
    return at.after(14)


def _part_zh(found: re.Match[str], at: Reckoning) -> Day:
    part = _PARTS[found["part"]]
    if found["month"]:
        return at.part_of_named(part, number_of(found["month"]))
    return at.part_of(part, at.month(_AHEAD[found["which"]])) if found["which"] else at.part(part)


def _part_en(found: re.Match[str], at: Reckoning) -> Day:
    part = _PARTS[found["part"]]
    if found["month"]:
        return at.part_of_named(part, _month(found))
    return at.part_of(part, at.month(_AHEAD[found["which"]])) if found["which"] else at.part(part)


def _friday(found: re.Match[str], at: Reckoning) -> Day:
    return at.weekday(4, _WEEKS.get(found["which"] or "", 0))


def _week(found: re.Match[str], at: Reckoning) -> Day:
    return at.week(_WEEKS[found["which"]])


def _soon(_: re.Match[str], at: Reckoning) -> Day:
    return at.soon()


def _some_day(_: re.Match[str], at: Reckoning) -> Day:
    return at.some_day()


def _month(found: re.Match[str]) -> int:
    return _MONTHS.index(found["month"][:3]) + 1


_PIECES = {
    "N": f"(?:{NUMBER_ZH})",
    "COUNT": f"(?P<count>{NUMBER_EN})",
    "UNIT": "(?P<unit>(?:working |business )?days?|weeks?|months?)",
    "COUNT_ZH": f"(?P<count>{NUMBER_ZH})个?(?P<unit>工作日|天|日|周|星期|礼拜|月)",
    "WHICH_ZH": "(?P<which>这个|这|本|下下个|下个|下|上个|上)",
    "MONTH": (
        r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
        r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
    ),
    "DAY": r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\d:])",
    "YEAR": r"(?:,? (?P<year>20\d\d))?",
    "WEEKDAY": "(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day|tues?|wed|thurs?|thu|fri)",
    "HALF": "(?P<half>morning|noon|afternoon|evening)",
}


def _rule(pattern: str, rule: Rule) -> tuple[re.Pattern[str], Rule]:
    """A compiled pattern; `<NAME>` stands for a piece, a blank for a blank."""
    return re.compile(re.sub(r"<([A-Z_]+)>", lambda name: _PIECES[name[1]], pattern)), rule


RULES = (
    _rule(
        r"(?P<year>20\d\d) ?[-/.年] ?(?P<month>\d{1,2}) ?[-/.月] ?(?P<day>\d{1,2})(?!\d) ?[日号]?", _in_full
    ),
    _rule(r"(?P<year>今年|明年|去年)?(?P<month><N>) ?月 ?(?P<day><N>)[日号]?", _month_and_day),
    _rule(r"(?<![\d./-])(?P<one>\d{1,2})/(?P<other>\d{1,2})(?![\d/])(?! ?[片粒支盒瓶量剂])", _with_slash),
    _rule(r"(?<![\d./-])(?P<one>\d{1,2})\.(?P<other>\d{1,2})(?=[日号上下早中晚再去见回])", _with_slash),
    _rule(r"(?:<WHICH_ZH>月)?(?P<day><N>)[日号](?!之?后|以后|以?前)", _numbered),
    _rule(
        r"(?P<day>大前|前|昨|今|明|大后|后)(?:[天日]|(?<=[昨今明])儿(?![科童子女]))(?P<half>早上|晚上|早|晚)?",
        _relative,
    ),
    _rule(r"(?P<day>昨|今|明)(?P<half>早|晚)", _relative),
    _rule(
        r"(?P<which>上上|上|这|本|下下|下)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天]|[1-7](?!\d))",
        _weekday,
    ),
    _rule(r"过几天|过两天|过阵子|过段时间|改天|改日|近期|尽快|有空|几天后|这几天", _soon),
    _rule(r"周末|下个月|这个月|上个月|年底|年后|节后|春节后|国庆后|元旦后", _some_day),
    _rule(r"(?:再?过)?<COUNT_ZH>(?P<way>之后|以后|后)", _counted),
    _rule(r"再?过<COUNT_ZH>(?P<way>)", _counted),
    _rule(r"<COUNT_ZH>(?P<way>以前|之前|前)", _counted),
    _rule(r"(?:再?过)?半个月(?:之后|以后|后)?", _half_a_month),
    _rule(r"(?:<WHICH_ZH>|(?P<month><N>))?月(?P<part>初|上旬|中旬|中|底|末|下旬)", _part_zh),
    _rule(r"(?P<which>上|这|本|下下|下)个?(?:周|星期|礼拜)(?:内|里)?", _week),
    _rule(r"\b(?:on )?<MONTH> (?:the )?<DAY><YEAR>\b", _named_month_and_day),
    _rule(r"\b(?:on )?(?:the )?<DAY>(?: of)? <MONTH><YEAR>(?!\w)", _named_month_and_day),
    _rule(
        r"\b(?:on )?the (?P<day>\d{1,2})(?:st|nd|rd|th)(?: of (?P<which>this|next|last) month)?\b", _numbered
    ),
    _rule(
        r"\b(?:the )?(?P<day>day before yesterday|yesterday|today|tomorrow|day after tomorrow)(?: <HALF>)?\b",
        _relative,
    ),
    _rule(r"\b(?P<day>this) <HALF>\b", _relative),
    _rule(r"\btonight\b", _tonight),
    _rule(r"\blast night\b", _last_night),
    _rule(r"\b(?:on )?(?:(?P<which>last|this|next) )?<WEEKDAY>\b", _weekday),
    _rule(r"\b(?:on|(?P<which>last|this|next)) (?P<weekday>mon|sat|sun)\b", _weekday),
    _rule(r"\bin <COUNT> <UNIT>(?:'s? time)?(?P<way>)\b", _counted),
    _rule(r"\b<COUNT> <UNIT> (?P<way>from (?:now|today)|later|ago)\b", _counted),
    _rule(r"\b(?:in )?a fortnight(?:'s time)?\b", _fortnight),
    _rule(
        r"\b(?:at |by )?(?:the )?(?P<part>early|late|mid|end|beginning|start|middle)(?: of)?[ -]"
        r"(?:<MONTH>|(?:the |(?P<which>this|next|last) )?month)(?!\w)",
        _part_en,
    ),
    _rule(r"\b(?:at |by )?(?:the )?end of (?:the|(?P<which>this|next)) week\b", _friday),
    _rule(r"\b(?:some ?time )?(?P<which>last|this|next) week\b", _week),
    _rule(
        r"\b(?:(?:this|next|last) month|next year|(?:at |on |over )?the weekend"
        r"|after the (?:new year|holidays?))\b",
        _some_day,
    ),
    _rule(
        r"\b(?:soon|some ?day|(?:an|some )other day|in (?:a few|a couple of|some) days"
        r"|as soon as possible)\b",
        _soon,
    ),
)
"""What each phrase means; of phrases of equal length the first counts."""
