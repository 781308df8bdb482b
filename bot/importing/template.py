"""The empty roster to fill in: a sheet per kind, and a legend of the words that are understood."""

from pathlib import Path
from typing import IO

from bot.exporting import Sheet, write_xlsx
from domain.importing.columns import FIELDS, REQUIRED, Columns, Locale
from domain.importing.model import Kind

_CHINESE = range(0x4E00, 0xA000)


def write_template(target: Path | IO[bytes], columns: Columns, locale: Locale, *, usage: bool) -> None:
    """Write the template in one language; `usage` adds the sheet that not every market allows."""
    kinds = [kind for kind in FIELDS if usage or kind is not Kind.USAGE]
    write_xlsx(target, [*(_sheet(kind, columns, locale) for kind in kinds), _legend(kinds, columns, locale)])


def _sheet(kind: Kind, columns: Columns, locale: Locale) -> Sheet:
    headers = columns.kinds[kind]
    fields = headers.fields
    offered = {
        fields[name].title(locale): tuple(values)
        for name in FIELDS[kind]
        if (values := _words(name, columns, locale))
    }
    return Sheet(
        headers.sheet.of(locale)[0],
        [fields[name].title(locale) for name in FIELDS[kind]],
        [[fields[name].example.of(locale) for name in FIELDS[kind]]],
        offered,
    )


def _legend(kinds: list[Kind], columns: Columns, locale: Locale) -> Sheet:
    zh = locale == "zh"
    headers = (
        ("工作表", "列", "必填", "可填的词") if zh else ("Sheet", "Column", "Needed", "Words understood")
    )
    rows = []
    for kind in kinds:
        needed = {name for group in REQUIRED[kind] for name in group[:1]}
        for name in FIELDS[kind]:
            mark = ("是" if zh else "yes") if name in needed else ""
            words = (", " if not zh else "、").join(_words(name, columns, locale))
            title = columns.kinds[kind].fields[name].title(locale)
            rows.append([columns.kinds[kind].sheet.of(locale)[0], title, mark, words])
    return Sheet(columns.own.sheets[0] if zh else columns.own.sheets[2], headers, rows)


def _words(name: str, columns: Columns, locale: Locale) -> list[str]:
    """One word for each value of a field whose values are words."""
    words = columns.words
    groups = {
        "support": tuple(words.support.values()),
        "site_class": tuple(words.site_class.values()),
        "datum": (words.datum["wgs84"], words.datum["gcj02"]),
        "is_kol": (words.yes, words.no),
        "is_no_see": (words.yes, words.no),
        "by_appointment": (words.yes, words.no),
        "status": tuple(words.status.values()),
        "channel": tuple(words.channel.values()),
        "outcome": tuple(words.outcome.values()),
    }.get(name, ())
    return [_in(group, locale) for group in groups]


def _in(words: tuple[str, ...], locale: Locale) -> str:
    """The first word of a group that belongs to the language, the first of all where none does."""
    chinese = {word: any(ord(char) in _CHINESE for char in word) for word in words}
    spoken = [word for word in words if chinese[word] == (locale == "zh") and len(word) > 1]
    return next(iter(spoken), words[0])
