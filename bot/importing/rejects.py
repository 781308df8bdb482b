"""The rows that could not be taken, given back as the sheets they came in, with the reason."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from bot.exporting import Sheet, write_xlsx
from domain.importing.columns import Columns, Locale
from domain.importing.mapping import label
from domain.importing.model import ImportPlan, RawSheet, RowIssue


def write_rejects(
    target: Path | IO[bytes],
    sheets: Sequence[RawSheet],
    plan: ImportPlan,
    columns: Columns,
    locale: Locale,
    words: Callable[[RowIssue], str],
) -> int:
    """Write a workbook of the rejected rows and return how many there are.

    `words` says an issue in the person's language. Columns that must not be kept are not given back
    either. A mended workbook can be sent again as it is: the two columns added here are known.
    """
    told: defaultdict[tuple[str, str, int], list[str]] = defaultdict(list)
    for issue in plan.issues:
        if issue.rejected:
            source = issue.source
            told[source.file, source.sheet, source.row].append(words(issue))
    written = [page for sheet in sheets if (page := _page(sheet, plan, told, columns, locale)).rows]
    write_xlsx(target, written or [Sheet("-", (), ())])
    return sum(len(page.rows) for page in written)


def _page(
    sheet: RawSheet,
    plan: ImportPlan,
    told: dict[tuple[str, str, int], list[str]],
    columns: Columns,
    locale: Locale,
) -> Sheet:
    dropped = {column.header for column in plan.dropped if column.sheet == label(sheet)}
    own = columns.own.headers_of(sheet.frame.columns)
    headers = [str(header) for header in sheet.frame.columns]
    kept = [
        position for position, header in enumerate(headers) if header not in dropped and position not in own
    ]
    rows = []
    for position, row in enumerate(sheet.frame.itertuples(index=False, name=None)):
        number = sheet.row_number(position)
        if reasons := told.get((sheet.file, sheet.name, number)):
            reason = "; ".join(dict.fromkeys(reasons))
            rows.append([*(row[column] for column in kept), number, reason])
    added = (columns.own.row.of(locale), columns.own.reason.of(locale))
    title = sheet.name or sheet.file.rpartition(".")[0]
    return Sheet(title, [*(headers[column] for column in kept), *added], rows)
