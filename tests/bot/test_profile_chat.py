"""A customer's file in the chat: every field with its history and undo, and nothing of others' customers."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.buttons.customers import ShowCard
from bot.buttons.profile import (
    AskConsent,
    AskFile,
    AskRelation,
    ChooseRelation,
    EndFact,
    EndRelation,
    EndStep,
    Section,
    SetConsent,
    SetFile,
    SetRelation,
    ShowFacts,
    ShowFile,
    UndoEdit,
)
from bot.buttons.today import ShowToday, ShowWhy
from bot.db.statements import table_of
from bot.db.tables import AuditRow, CustomerFactRow, CustomerRow, ReviewEventRow
from bot.importing.reading import UploadedFile
from bot.services import profile, visits
from domain.customers.profile import Basis, Consent, FactKind, FileField, RelationKind
from domain.errors import DomainError
from domain.people.model import Role, Scope
from domain.visits.log import Told
from domain.visits.model import Channel
from tests.support import town
from tests.support.person import Person
from tests.support.said import NOT_FOUND
from tests.support.world import World, world

SHAW, COLE, FONT = 1, 2, 4  # Shaw and Cole of Riverside General, Font of Lake Hospital
TODAY = date(2026, 11, 23)


async def team(place: World, language: str = "en") -> tuple[Person, Person]:
    """A manager with a rep of twenty-seven customers."""
    boss = await place.joins("Boss", Role.MANAGER, language=language)
    rep = await place.joins("Li Na", Role.REP, manager="Boss", language=language)
    await place.loads(town.hospitals(language), town.customers(language), town.visits())
    return boss, rep


async def rows_of(place: World, kind: type, *columns: str) -> list[tuple]:
    table = table_of(kind)
    async with place.deps.db.read() as uow:
        query = select(*(table.c[name] for name in columns)).order_by(table.c.id)
        return [tuple(row) for row in await uow.session.execute(query)]


async def relate(place: World, here: int, there: int) -> None:
    rep = await place.user("Li Na")
    await profile.relate(place.deps, rep, here, there, RelationKind.LISTENS_TO, now=place.clock.now())


async def consents(place: World, customer: int, channel: Channel, *, given: bool) -> None:
    said = Consent(
        channel=channel,
        basis=Basis.SAID,
        given_on=TODAY if given else None,
        withdrawn_on=None if given else TODAY,
    )
    rep, now = await place.user("Li Na"), place.clock.now()
    await profile.consent(place.deps, rep, customer, said, today=TODAY, now=now)


@dataclass(frozen=True)
class Edit:
    """How a field is edited from its section, what the section and the history then say, and what before."""

    section: Section
    taps: tuple[str, ...]
    seen: str
    line: str
    before: str


EDITS = {
    "en": {
        "hospital": Edit(
            Section.BASICS,
            ("Hospital", "say:lake", "Lake Hospital"),
            "Hospital: Lake Hospital",
            "Hospital: Riverside General → Lake Hospital",
            "Hospital: Riverside General",
        ),
        "department": Edit(
            Section.BASICS,
            ("Department", "say:Cardiology <2>"),
            "Department: Cardiology <2>",
            "Department: – → Cardiology <2>",
            "Department: –",
        ),
        "title": Edit(
            Section.BASICS, ("Title", "Attending"), "Title: Attending",
            "Title: Chief physician → Attending", "Title: Chief physician",
        ),
        "specialty": Edit(
            Section.BASICS, ("Specialty", "say:Heart failure"), "Specialty: Heart failure",
            "Specialty: – → Heart failure", "Specialty: –",
        ),
        "name": Edit(
            Section.BASICS, ("Customer name", "say:Shaw One"), "Shaw One · Basics",
            "Customer name: Shaw 1 → Shaw One",
            "Shaw 1 ·",
        ),
        "note": Edit(
            Section.BASICS, ("Note", "Take it out"), "KOL\n\nTap what", "Note: <b>careful & kind</b> → –",
            "Note: <b>careful & kind</b>",
        ),
        "kol": Edit(Section.BASICS, ("✓ KOL",), "Specialty: –\nNote", "KOL: yes → no", "Specialty: –\nKOL"),
        "no see": Edit(
            Section.BASICS, ("Sees no reps",), "Sees no representatives.", "Sees no reps: no → yes",
            "Specialty: –\nKOL\nNote",
        ),
        "by appointment": Edit(
            Section.TIMES, ("By appointment only",), "Receives by appointment only",
            "By appointment only: no → yes", "Reception for reps: Mon 08:00–12:00",
        ),
        "consent": Edit(
            Section.CHANNELS, ("phone", "say:last Friday", "Agreed: in writing"),
            "✓ phone: agreed on Nov 20, 2026 (in writing)", "phone: agreed on Nov 20 (in writing)",
            "✗ phone: no consent on record",
        ),
        "no visits": Edit(
            Section.CHANNELS, ("face to face", "Wants no visits"),
            "✗ face to face: wants no visits since Nov 23, 2026",
            "face to face: declined on Nov 23 (said so)", "✓ face to face: needs no consent",
        ),
        "promise of a visit": Edit(
            Section.NEEDS, ("✓ <文献>",), "Open promises\nnone", "Done: <文献>", "• <文献> · due Fri, Nov 20"
        ),
    },
    "zh": {
        "hospital": Edit(
            Section.BASICS, ("医院", "say:东湖", "东湖医院"), "医院：东湖医院",
            "医院：江城第一医院 → 东湖医院", "医院：江城第一医院",
        ),
        "department": Edit(
            Section.BASICS, ("科室", "say:心内科"), "科室：心内科", "科室：– → 心内科", "科室：–"
        ),
        "title": Edit(
            Section.BASICS, ("职称", "主治医师"), "职称：主治医师", "职称：主任医师 → 主治医师",
            "职称：主任医师",
        ),
        "specialty": Edit(
            Section.BASICS, ("专业", "say:心衰"), "专业：心衰", "专业：– → 心衰", "专业：–"
        ),
        "name": Edit(
            Section.BASICS, ("客户姓名", "say:王一"), "王一 · 基本信息", "客户姓名：王 1 → 王一", "王 1 ·"
        ),
        "note": Edit(
            Section.BASICS, ("备注", "say:周一上午先约"), "备注：周一上午先约",
            "备注：<b>careful & kind</b> → 周一上午先约", "备注：<b>careful & kind</b>",
        ),
        "kol": Edit(Section.BASICS, ("✓ KOL",), "专业：–\n备注", "KOL：是 → 否", "专业：–\nKOL"),
        "no see": Edit(
            Section.BASICS, ("不见代表",), "不接待代表。", "不见代表：否 → 是", "专业：–\nKOL\n备注"
        ),
        "by appointment": Edit(
            Section.TIMES, ("只按预约接待",), "只按预约接待：有预约的日子才列入名单。",
            "只按预约接待：否 → 是", "接待时间：周一 08:00–12:00",
        ),
        "consent": Edit(
            Section.CHANNELS, ("电话", "say:上周五", "同意：书面"), "✓ 电话：2026年11月20日同意（书面）",
            "电话：11月20日同意（书面）", "✗ 电话：没有同意记录",
        ),
        "no visits": Edit(
            Section.CHANNELS, ("面对面", "不愿接受拜访"), "✗ 面对面：2026年11月23日起不愿接受拜访",
            "面对面：11月23日拒绝（口头）", "✓ 面对面：无需同意",
        ),
        "promise of a visit": Edit(
            Section.NEEDS, ("✓ <文献>",), "未完成的承诺\n无", "已完成：<文献>", "• <文献> · 11月20日周五到期"
        ),
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_every_field_is_edited_told_in_the_history_and_taken_back(
    sqlite_database_url, tmp_path, language
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place, language)
        assert len(EDITS[language]) == len(EDITS["en"])
        for name, edit in EDITS[language].items():
            await rep.presses(ShowFile(SHAW, edit.section).pack())
            assert edit.before in rep.text, name
            for step in edit.taps:
                await (rep.sends(step[4:]) if step.startswith("say:") else rep.taps(step))
            assert edit.seen in rep.text, (name, rep.text)
            await rep.presses(ShowFile(SHAW, Section.HISTORY).pack())
            assert edit.line in rep.text.splitlines(), (name, rep.text)
            assert "08:30 · Li Na" in rep.text
            await place.chatter.restart()
            await rep.taps(f"↩ {edit.line}")
            await rep.presses(ShowFile(SHAW, edit.section).pack())
            assert edit.before in rep.text, name
            assert edit.seen not in rep.text, name


FACTS = {
    "en": (
        (
            Section.SWOT,
            "Strength",
            "Knows the long-term data",
            "✗ Knows",
            "No longer so: Knows the long-term data",
        ),
        (Section.NEEDS, "Evidence asked for", "The renal study", "✓ The renal", "Done: The renal study"),
        (Section.NEEDS, "Promise", "Call back on Friday", "✓ Call back", "Done: Call back on Friday"),
    ),
    "zh": (
        (Section.SWOT, "优势", "熟悉长期数据", "✗ 熟悉", "不再成立：熟悉长期数据"),
        (Section.NEEDS, "想要的证据", "肾功能研究", "✓ 肾功能", "已完成：肾功能研究"),
        (Section.NEEDS, "承诺", "周五回电话", "✓ 周五", "已完成：周五回电话"),
    ),
}


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_facts_and_promises_are_written_dated_ended_and_taken_back(
    sqlite_database_url, tmp_path, language
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place, language)
        for section, name, words, end, told in FACTS[language]:
            await rep.presses(ShowFile(SHAW, section).pack())
            await rep.taps(f"+ {name}")
            await place.chatter.restart()
            await rep.sends(words)
            assert f"• {words} · " in rep.text
            await rep.taps(f"+ {name}")
            assert f"• {words} · {'2026年11月23日' if language == 'zh' else 'Nov 23, 2026'}" in rep.text
            await rep.taps(end)
            assert words not in rep.text
            await rep.presses(ShowFile(SHAW, Section.HISTORY).pack())
            assert told in rep.text
            await rep.taps(f"↩ {told}")
            await rep.presses(ShowFile(SHAW, section).pack())
            assert words in rep.text
        due = "11月27日周五到期" if language == "zh" else "due Fri, Nov 27"
        assert due in rep.text


async def test_three_facts_are_room_enough_and_advice_names_the_first_of_each_list(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place)
        for kind in ("strength", "opportunity", "threat"):
            for number in range(3):
                await rep.presses(ShowFacts(SHAW, FactKind(kind)).pack())
                await rep.sends(f"{kind} fact <{number}>")
        await rep.taps("+ Threat")
        assert "There is room for 3. Take one out first." in rep.text
        user, now = await place.user("Li Na"), place.clock.now()
        with pytest.raises(DomainError, match="too_many_facts"):
            await profile.add_fact(place.deps, user, SHAW, FactKind.THREAT, "one more", today=TODAY, now=now)
        assert len(await rows_of(place, CustomerFactRow, "id")) == 9
        await rep.presses(ShowFile(SHAW, Section.SWOT).pack())
        advice = [line for line in rep.text.splitlines() if line.startswith("→")]
        use_it = "→ Use it: “opportunity fact <0>” is a reason to talk soon; begin with “strength fact <0>” "
        hold = "→ Hold: meet “threat fact <0>” with the facts behind “strength fact <0>”, "
        assert advice == [f"{use_it}and bring the evidence.", f"{hold}and let the customer judge."]


@pytest.mark.parametrize(
    ("language", "taps", "line"),
    [("en", ("Add a relation", "Cole 2", "listens to"), "Relation: listens to Cole 2"),
     ("zh", ("添加关系", "李 2", "听取"), "关系：听取李 2的意见")],
)  # fmt: skip
async def test_a_relation_is_chosen_told_on_both_sides_and_taken_out(
    sqlite_database_url, tmp_path, language, taps, line
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place, language)
        await rep.presses(ShowFile(SHAW, Section.RELATIONS).pack())
        for label in taps:
            await rep.taps(label)
        there = "王 1听取该客户的意见" if language == "zh" else "Shaw 1 listens to them"
        await rep.presses(ShowFile(COLE, Section.RELATIONS).pack())
        assert f"• {there}" in rep.text
        await rep.presses(ShowFile(SHAW, Section.RELATIONS).pack())
        await rep.presses(EndRelation(SHAW, 1).pack())
        await rep.presses(ShowFile(COLE, Section.RELATIONS).pack())
        assert there not in rep.text
        await rep.presses(ShowFile(SHAW, Section.HISTORY).pack())
        assert line in rep.text
        await rep.taps("↩")
        await rep.presses(ShowFile(COLE, Section.RELATIONS).pack())
        assert there in rep.text


async def test_a_fourth_relation_and_one_with_oneself_are_refused(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place)
        for other in (2, 3, 4):
            await relate(place, SHAW, other)
        await rep.presses(SetRelation(SHAW, 5, RelationKind.SUPERIOR).pack())
        assert rep.last_answer == "At most 3 relations. Take one out first."
        await rep.presses(SetRelation(SHAW, SHAW, RelationKind.SUPERIOR).pack())
        assert rep.last_answer == NOT_FOUND
        await rep.presses(SetRelation(SHAW, 2, RelationKind.SUPERIOR).pack())
        assert "• reports to Cole 2" in rep.text


async def test_best_times_and_the_hospitals_hours_are_in_the_history_too(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, _rep = await team(place)
        await boss.presses(ShowFile(FONT, Section.TIMES).pack())
        await boss.taps("Best times")
        await boss.taps("Tue morning")
        await boss.taps("Save for Font 4")
        await boss.presses(ShowFile(FONT, Section.TIMES).pack())
        await boss.taps("Best times")
        await boss.taps("Wed morning")
        await boss.taps("Save for the whole hospital")
        await boss.presses(ShowFile(FONT, Section.HISTORY).pack())
        assert "Best times: – → Tue 08:00–12:00" in boss.text
        assert "Reception for reps: – → " in boss.text
        await boss.taps("↩ Reception")
        await boss.taps("↩ Best")
        assert "Best times: not known yet\nReception for reps: not known yet" in boss.text


async def test_a_rep_has_ten_minutes_to_undo_and_a_manager_all_the_time(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, rep = await team(place)
        await rep.presses(SetFile(SHAW, FileField.NO_SEE, "1").pack())
        place.clock.move(timedelta(minutes=11))
        await rep.presses(ShowFile(SHAW, Section.HISTORY).pack())
        assert not any(label.startswith("↩") for label in rep.buttons)
        await rep.presses(UndoEdit(1).pack())
        assert rep.last_answer == "An entry can be taken back for 10 minutes. You can still change it."
        place.clock.move(timedelta(days=3))
        await boss.presses(ShowFile(SHAW, Section.HISTORY).pack())
        await boss.taps("↩ Sees no reps")
        assert boss.last_answer == "Taken back"
        await rep.presses(ShowFile(SHAW, Section.HISTORY).pack())
        assert "Li Na · taken back by Boss" in rep.text
        await boss.presses(UndoEdit(1).pack())
        assert boss.last_answer == NOT_FOUND


async def test_only_managers_take_a_customer_off_the_list(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        boss, rep = await team(place)
        await rep.presses(SetFile(SHAW, FileField.STATUS, "inactive").pack())
        assert rep.last_answer == "Your role does not include this."
        await boss.presses(ShowFile(SHAW, Section.BASICS).pack())
        await boss.taps("Take off the list")
        assert "No longer active." in boss.text
        await boss.presses(ShowFile(SHAW, Section.HISTORY).pack())
        assert "On the list: yes → no" in boss.text
        await boss.taps("↩ On the list")
        assert "No longer active." not in boss.text


async def test_another_title_makes_a_review_due_and_moves_the_letter_until_it_is_taken_back(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="generic") as place:
        _boss, rep = await team(place)
        unrated = 6  # Hale: no support, so that the letter is all there is and no round is needed
        await rep.presses(ShowCard(unrated).pack())
        assert "Not rated yet · B?" in rep.text
        await rep.presses(AskFile(unrated, FileField.TITLE).pack())
        await rep.taps("Resident")
        events = await rows_of(place, ReviewEventRow, "customer_id", "kind", "before", "after", "author_id")
        assert events == [(unrated, "title", "Chief physician", "Resident", (await place.user("Li Na")).id)]
        assert ("resident",) in await rows_of(place, CustomerRow, "title_rank")
        await rep.presses(ShowCard(unrated).pack())
        assert "Not rated yet · C?" in rep.text
        await rep.presses(UndoEdit(1).pack())
        assert await rows_of(place, ReviewEventRow, "id") == []
        await rep.presses(ShowCard(unrated).pack())
        assert "Not rated yet · B?" in rep.text


STRANGERS = [
    *(ShowFile(SHAW, section) for section in Section),
    AskFile(SHAW, FileField.TITLE),
    AskFile(SHAW, FileField.INSTITUTION),
    SetFile(SHAW, FileField.KOL, "0"),
    SetFile(SHAW, FileField.INSTITUTION, "2"),
    AskConsent(SHAW, Channel.PHONE),
    SetConsent(SHAW, Channel.PHONE, Basis.SAID, given=True),
    ShowFacts(SHAW, FactKind.STRENGTH),
    EndFact(SHAW, 1),
    EndFact(28, 1),
    EndStep(SHAW, 1),
    EndStep(28, 1),
    AskRelation(SHAW),
    ChooseRelation(28, SHAW),
    ChooseRelation(SHAW, 28),
    SetRelation(28, SHAW, RelationKind.SUPERIOR),
    SetRelation(SHAW, 28, RelationKind.SUPERIOR),
    EndRelation(SHAW, 1),
    EndRelation(28, 1),
    UndoEdit(1),
]


async def test_another_reps_customer_is_not_found_by_any_button_nor_by_relation(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place)
        wang = await place.joins("Wang Wu", Role.REP)
        await place.loads(town.customers("en", first=100, owner="Wang Wu"))  # from number 28 on
        await rep.presses(ShowFacts(SHAW, FactKind.STRENGTH).pack())
        await rep.sends("Knows us")
        await relate(place, SHAW, COLE)
        before = await rows_of(place, AuditRow, "id")
        for button in STRANGERS:
            await wang.presses(button.pack())
            assert wang.last_answer == NOT_FOUND, button
        assert await rows_of(place, AuditRow, "id") == before
        await wang.presses(AskRelation(28).pack())
        await wang.sends("Shaw 1")
        assert "Shaw 1 ·" not in " ".join(wang.buttons)
        async with place.deps.db.write() as uow:
            await uow.customers.assign([COLE], (await place.user("Wang Wu")).id)
        for person, customer in ((rep, SHAW), (wang, COLE)):
            for section in (Section.ALL, Section.RELATIONS, Section.HISTORY):
                await person.presses(ShowFile(customer, section).pack())
                assert "listens to Cole" not in person.text
                assert "listens to them" not in person.text


async def test_forged_values_are_not_found(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place)
        for button in (
            SetFile(SHAW, FileField.INSTITUTION, "99"),
            SetFile(SHAW, FileField.INSTITUTION, "x"),
            SetFile(SHAW, FileField.KOL, "2"),
            SetFile(SHAW, FileField.STATUS, "merged"),
            SetFile(SHAW, FileField.NAME, ""),
            SetFile(SHAW, FileField.TITLE, "12345"),
            SetFile(SHAW, FileField.CONSENT, "1"),
            AskFile(SHAW, FileField.STEP),
            AskConsent(SHAW, Channel.GROUP),
            SetConsent(SHAW, Channel.DROP_BY, Basis.SAID, given=True),
        ):
            await rep.presses(button.pack())
            assert rep.last_answer == NOT_FOUND, button
        await rep.presses(SetConsent(SHAW, Channel.PHONE, Basis.SAID, True, TODAY + timedelta(1)).pack())
        assert rep.last_answer == "That day is still to come."


PRIVATE = {
    "en": ("His birthday is on May 6", "His wife works at the bank", "Likes short visits"),
    "zh": ("主任生日是五月六号", "他家住江城花园三栋", "喜欢简短的拜访"),
}


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_private_life_is_refused_told_why_and_stored_nowhere(sqlite_database_url, tmp_path, language):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place, language)
        fact, note, harmless = PRIVATE[language]
        for button, words in (
            (ShowFacts(SHAW, FactKind.STRENGTH), fact),
            (AskFile(SHAW, FileField.NOTE), note),
        ):
            await rep.presses(button.pack())
            await rep.sends(words)
            assert "R-PI-1" in rep.text
            assert words not in rep.text
            await rep.sends(harmless)
            assert harmless in rep.text
        assert await rows_of(place, CustomerFactRow, "text") == [(harmless,)]
        stored = str(
            [await rows_of(place, kind, *table_of(kind).c.keys()) for kind in (CustomerRow, AuditRow)]
        )
        assert harmless in stored
        assert fact not in stored
        assert note not in stored


async def test_a_remote_contact_without_consent_is_logged_with_a_warning(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place)
        warning = "There is no consent to this kind of contact on record (R-PI-2)."
        user, now = await place.user("Li Na"), place.clock.now()
        entry = visits.Entry(COLE, TODAY, Told(channel=Channel.PHONE))
        await visits.log(place.deps, user, entry, today=TODAY, now=now)
        await rep.sends("/visits")
        await rep.taps("Cole 2 · Met")
        assert warning in rep.text
        await rep.taps("Note a consent")
        await rep.taps("Agreed: said so")
        await rep.sends("/visits")
        await rep.taps("Cole 2 · Met")
        assert warning not in rep.text


async def test_who_declines_visits_or_receives_by_appointment_leaves_todays_list(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place)
        await rep.presses(ShowToday().pack())
        listed = [name for name in ("Shaw 1", "Diaz 3", "Cole 11") if name in rep.text]
        assert len(listed) >= 2, rep.text
        first, second = (int(name.split()[1]) for name in listed[:2])
        await rep.presses(SetFile(first, FileField.BY_APPOINTMENT, "1").pack())
        await consents(place, second, Channel.FACE_TO_FACE, given=False)
        await rep.presses(ShowToday().pack())
        assert not any(f". {name}" in rep.text for name in listed[:2])
        await rep.presses(ShowWhy(first).pack())
        assert "receives by appointment only: agree on a time first" in rep.text
        await rep.presses(ShowWhy(second).pack())
        assert "may be contacted, but not visited" in rep.text


async def test_a_promise_that_is_done_pulls_nobody_onto_the_list_any_more(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place)
        await rep.presses(ShowCard(SHAW).pack())
        assert "Next step: <文献>" in rep.text
        await rep.presses(ShowFile(SHAW, Section.NEEDS).pack())
        await rep.taps("✓ <文献>")
        await rep.presses(ShowCard(SHAW).pack())
        assert "Next step" not in rep.text
        async with place.deps.db.read() as uow:
            targets = await uow.visits.targets((await place.user("Li Na")).id, TODAY)
        assert [(one.next_step, one.next_on) for one in targets if one.customer.id == SHAW] == [("", None)]


def roster(*rows: tuple[str, ...]) -> UploadedFile:
    lines = ["客户编号,姓名,医院,科室,职称,负责代表,备注", *(",".join(row) for row in rows)]
    return UploadedFile("roster.csv", "\n".join(lines).encode())


async def test_a_roster_that_repeats_what_was_edited_leaves_it_and_news_wins(sqlite_database_url, tmp_path):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place)
        edited = ("D001", "Shaw 1", "Riverside General", "", "Chief physician", "Li Na", "")
        await rep.presses(AskFile(SHAW, FileField.TITLE).pack())
        await rep.taps("Resident")
        loaded = await place.loads(roster(edited))
        (remark,) = loaded.plan.issues
        assert (remark.code, remark.params, remark.rejected) == ("edited_since", {"fields": ["title"]}, False)
        await rep.presses(ShowFile(SHAW, Section.BASICS).pack())
        assert "Title: Resident" in rep.text
        place.clock.move(timedelta(minutes=5))
        loaded = await place.loads(roster((*edited[:4], "Attending", *edited[5:])))
        assert loaded.plan.issues == ()
        await rep.presses(ShowFile(SHAW, Section.HISTORY).pack())
        assert rep.text.splitlines()[2:7] == [
            "Title: Resident → Attending",
            f"Nov 23 08:35 · load no. {loaded.batch}",
            "",
            "Title: Chief physician → Resident",
            "Nov 23 08:30 · Li Na",
        ]
        await rep.presses(UndoEdit(1).pack())
        assert rep.last_answer == "The same was changed since. Take that back first."
        await place.loads(roster(edited))
        await rep.presses(ShowFile(SHAW, Section.BASICS).pack())
        assert "Title: Chief physician" in rep.text


@pytest.mark.parametrize(
    ("header", "yes", "no"), [("仅限预约", "是", "否"), ("Appointment only", "yes", "no")]
)
async def test_a_roster_says_who_receives_by_appointment_only(sqlite_database_url, tmp_path, header, yes, no):
    def says(*cells: str) -> UploadedFile:
        lines = [f"客户编号,姓名,医院,{header}", *(f"D00{n},,,{cell}" for n, cell in enumerate(cells, 1))]
        return UploadedFile("roster.csv", "\n".join(lines).encode())

    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place)
        loaded = await place.loads(says(yes, "", "perhaps"))
        assert [(one.source.row, one.code) for one in loaded.plan.issues if one.rejected] == [
            (4, "unknown_word")
        ]
        await rep.presses(ShowWhy(SHAW).pack())
        assert "receives by appointment only: agree on a time first" in rep.text
        await rep.presses(ShowFile(COLE, Section.TIMES).pack())
        assert "Receives by appointment only" not in rep.text  # nothing was said of her
        await rep.presses(SetFile(SHAW, FileField.BY_APPOINTMENT, "0").pack())
        (remark,) = (await place.loads(says(yes))).plan.issues  # the same again is no news
        assert (remark.code, remark.params) == ("edited_since", {"fields": ["by_appointment"]})
        await place.loads(says(no, yes))
        await rep.presses(ShowFile(COLE, Section.TIMES).pack())
        assert "Receives by appointment only" in rep.text


async def test_a_roster_without_codes_still_finds_whose_name_and_hospital_were_edited(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        _boss, rep = await team(place)
        old = ("", "Emil Novak", "Lake Hospital", "Surgery", "", "Li Na", "")
        await place.loads(roster(old))
        async with place.deps.db.read() as uow:
            everybody = await uow.customers.all(Scope.of(await place.user("Li Na")))
        novak = max(one.id for one in everybody)
        await rep.presses(AskFile(novak, FileField.INSTITUTION).pack())
        await rep.taps("Riverside General")
        await rep.presses(AskFile(novak, FileField.NAME).pack())
        await rep.sends("Emilia Novak")
        loaded = await place.loads(roster(old))
        assert [change.action.value for change in loaded.plan.changes] == ["unchanged"]
        (remark,) = loaded.plan.issues
        assert (remark.code, set(remark.params["fields"])) == ("edited_since", {"name", "institution"})
        await rep.presses(ShowFile(novak).pack())
        assert rep.text.startswith("Emilia Novak · File\nSurgery\nRiverside General")


async def test_a_roster_note_about_private_life_is_left_out_and_told_with_its_row(
    sqlite_database_url, tmp_path
):
    async with world(sqlite_database_url, tmp_path, market="cn") as place:
        await team(place)
        loaded = await place.loads(
            roster(
                ("D001", "Shaw 1", "", "Cardiology", "", "", "主任生日是五月六号"),
                ("D002", "Cole 2", "", "", "", "", "prefers mornings"),
            )
        )
        (remark,) = loaded.plan.issues
        assert (remark.code, remark.source.row, remark.column) == ("text_refused", 2, "备注")
        assert (remark.params, remark.rejected) == ({"rules": ["R-PI-1"]}, False)
        notes = dict(await rows_of(place, CustomerRow, "id", "note"))
        assert (notes[SHAW], notes[COLE]) == ("<b>careful & kind</b>", "prefers mornings")
        departments = dict(await rows_of(place, CustomerRow, "id", "department"))
        assert departments[SHAW] == "Cardiology"
