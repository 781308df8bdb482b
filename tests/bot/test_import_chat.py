"""Loading a roster in the chat: what is asked, what is shown, and that nothing happens unseen."""

import csv
import io
import zipfile

import openpyxl
import pytest

from bot.callbacks import parse
from bot.db.digest import digest
from bot.handlers.buttons import AnswerImport, ConfirmImport
from domain.importing.model import Action, Kind
from domain.people.model import Role
from tests.support import town
from tests.support.person import Person
from tests.support.world import World, world

HEADERS = ("客户编号", "姓名", "医院", "职称", "支持度")
DIGITS = [
    HEADERS,
    ("D1", "张伟", "东湖医院", "主任医师", "1"),
    ("D2", "王芳", "东湖医院", "主治医师", "2"),
    ("D3", "Ann <b>Lee</b> & Co", "Lake Hospital", "住院医师", "3"),
]
LABELS = {
    "en": {
        "strongest": "1 is the strongest", "load": "Load it", "undo": "Undo this load", "sure": "Yes, undo it",
        "new": "3 new, 0 changed, 0 unchanged", "open": "Nothing is stored yet.", "loaded": "Loaded (no. 1)",
        "known": "all of this is known already", "undone": "everything is as it was before",
        "rejected": "Rejected rows with reasons", "cancel": "Cancel", "drop": "Nothing was loaded",
        "reason": "Why it was not imported", "row": "Row in the original file", "missing": "is missing",
        "word": "is not a word known here", "nobody": "Nobody's yet",
    },
    "zh": {
        "strongest": "1最强", "load": "导入", "undo": "撤销这次导入", "sure": "是，撤销",
        "new": "新增3，变更0，未变0", "open": "尚未保存", "loaded": "1", "known": "", "undone": "",
        "rejected": "", "cancel": "取消", "drop": "", "reason": "未导入原因", "row": "原文件行号",
        "missing": "", "word": "", "nobody": "",
    },
}  # fmt: skip


def sheet(*rows: tuple[str, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
