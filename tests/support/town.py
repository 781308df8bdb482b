"""A small town for tests: a roster with everything in it that screens must show."""

import csv
import io
from collections.abc import Sequence

from bot.importing.reading import UploadedFile

HOSPITALS = {
    "zh": ("江城第一医院", "东湖医院", "城南卫生院"),
    "en": ("Riverside General", "Lake Hospital", "Southside Clinic"),
}
GRADES = ("三级甲等", "二级甲等", "一级")
TITLES = {
    "zh": ("主任医师", "主治医师", "住院医师"),
    "en": ("Chief physician", "Attending", "Resident"),
}
SUPPORT = {"zh": ("首选", "次选", "竞品"), "en": ("first choice", "second choice", "competitor")}
SURNAMES = {
    "zh": "王李张刘陈杨赵黄周",
    "en": ("Shaw", "Cole", "Diaz", "Font", "Gray", "Hale", "Ives", "Jung", "Kerr"),
}


def hospitals(language: str) -> UploadedFile:
    """Three hospitals: a large one that receives on Mondays, a middle and a small one."""
    rows = [
        (name, grade, number, "江城" if language == "zh" else "Springfield", "周一上午" if not number else "")
        for number, (name, grade) in enumerate(zip(HOSPITALS[language], GRADES, strict=True), 0)
    ]
    rows = [(name, grade, number + 1, city, when) for name, grade, number, city, when in rows]
    return _csv("hospitals.csv", ("医院名称", "等级", "医院类别", "城市", "接待时间"), rows)


def customers(language: str, *, first: int = 1, owner: str = "Li Na", broken: bool = False) -> UploadedFile:
    """Twenty-seven doctors, three in each combination of hospital and title; two are not rated yet."""
    rows = []
    for number in range(27):
        hospital, title = number // 3 % 3, number // 9
        rows.append(
            (
                f"D{first + number:03}",
                f"{SURNAMES[language][number % 9]} {number + first}",
                HOSPITALS[language][hospital],
                TITLES[language][title],
                "" if number in {5, 11} else SUPPORT[language][number % 3],
                owner,
                "是" if number == 0 else "",
                "是" if number == 1 else "",
                "周一上午" if number % 4 == 0 else "",
                "<b>careful & kind</b>" if number == 0 else "",
            )
        )
    if broken:
        rows.append((f"D{first + 90}", "", "", "", "maybe", owner, "perhaps", "", "", ""))
    headers = (
        "客户编号", "姓名", "医院", "职称", "支持度", "负责代表", "KOL", "不见代表", "最佳拜访时间", "备注",
    )  # fmt: skip
    return _csv("customers.csv", headers, rows)


TOLD = {
    "zh": ("拜访了张医生，要文献，下周再去", "拜访了欧阳明，上周，短谈"),
    "en": ("saw Dr Novak, asked for the study, back next week", "short talk with Dr Adeyemi last week"),
}
"""Reports of visits: of which of two namesakes, and on which day?"""

ASKED = {
    "zh": ("上周我拜访了谁", "哪些A类还没去", "我答应了什么", "谁从A1掉到A2了"),
    "en": (
        "who did I see last week",
        "which A customers have I not seen",
        "what did I promise",
        "who fell from A1 to A2",
    ),
}
"""Questions whose answers no button leads to."""


def namesakes(language: str) -> UploadedFile:
    """Three doctors with names as people have them, two of them with the same family name."""
    names = ("张敏", "张伟", "欧阳明") if language == "zh" else ("Emil Novak", "Ida Novak", "Tola Adeyemi")
    rows = [(f"N{number}", name, HOSPITALS[language][1], "Li Na") for number, name in enumerate(names)]
    return _csv("namesakes.csv", ("客户编号", "姓名", "医院", "负责代表"), rows)


def visits(first: int = 1) -> UploadedFile:
    """Some doctors were seen in November, two of them with a promise that is due."""
    rows = []
    for number in range(12):
        promise = ("<文献>", "2026-11-20") if number < 2 else ("", "")
        rows.append((f"D{first + number:03}", f"2026-11-{3 + number:02}", "面对面", "见到", *promise))
    return _csv("visits.csv", ("客户编号", "拜访日期", "拜访方式", "拜访结果", "下一步", "下次日期"), rows)


def _csv(name: str, headers: Sequence[str], rows: Sequence[Sequence[object]]) -> UploadedFile:
    text = io.StringIO()
    csv.writer(text).writerows([headers, *rows])
    return UploadedFile(name, text.getvalue().encode("utf-8"))


MOST_BOUGHT = (40_000, 9_000, 1_000)  # a month, by hospital


def sales(language: str, *, months: int = 18, product: str = "Examplin") -> UploadedFile:
    """What the three hospitals bought in the months up to October 2026; the smallest gave some back."""
    rows: list[tuple[object, ...]] = []
    for month in range(months):
        year, part = divmod(2026 * 12 + 9 - month, 12)
        for number, name in enumerate(HOSPITALS[language]):
            if month % (number + 1) == 0:
                amount = MOST_BOUGHT[number] + 100 * month
                rows.append((name, f"{year}-{part + 1:02}-{10 + number}", product, amount // 10, amount))
    rows.append((HOSPITALS[language][2], "2026-10-20", product, -50, -500))
    return _csv("sales.csv", ("医院名称", "销售日期", "产品", "销售数量", "销售金额"), rows)
