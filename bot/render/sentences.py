"""Codes in words: the reasons of decisions, and refusals.

The domain says `Reason("cadence", {...})`; the sentence is made here, in the
person's language. A test checks that every code the program can say has one.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.render.catalogues import marked
from bot.render.importing import FIELDS
from bot.render.words import Words
from domain.customers.corrections import CorrectionKind
from domain.explain import Reason
from domain.importing.model import Kind
from domain.people.model import Role
from domain.planning.effort_params import Level, RemedyKind
from domain.tiering.argument import Doubt
from domain.tiering.notes import Note
from domain.visits.dismissal import DismissReason
from domain.visits.model import Channel, Outcome

# A reason's dates are ISO strings, so that it can be stored; these params hold them.
_DATES = frozenset({"until", "next", "on", "last"})

REASONS: Mapping[str, str] = {
    # why somebody is not on a list
    "inactive": marked("no longer active"),
    "no_see": marked("sees no representatives"),
    "visited_today": marked("already visited today"),
    "not_working_day": marked("not a working day; the next one is %(next)s"),
    "snoozed": marked("put off until %(until)s"),
    "set_aside": marked("put off until you take it back or your manager has answered"),
    "unrated": marked("not rated yet"),
    "not_planned": marked("no visits are planned for %(cell)s"),
    "no_reception": marked("no reception for representatives today; next: %(next)s"),
    # an empty list
    "no_customers": marked("You have no customers yet. Ask your manager to load the roster."),
    "day_over": marked("Your working day is over: %(visited)s visits made, %(left_out)s more were due."),
    "day_done": marked("Your list is done: %(visited)s visits made, %(left_out)s more are due."),
    "nothing_fits": marked("Nobody who is due fits into the day; left out: %(left_out)s."),
    "nothing_due": marked("Nobody is due today."),
    "to_profile": marked(
        "Most useful now: find out potential or support of the %(n)s who are not rated yet."
    ),
    "next_day": marked("Next: %(on)s, visits: %(n)s, first %(name)s at %(start)s."),
    # a plan: why somebody is in it
    "promise": marked("promised for %(on)s: %(step)s"),
    "worth": marked("visit %(number)s this month; %(cell)s: %(min)s–%(max)s"),
    "chances": marked("chances left this month: %(left)s; missing to the minimum: %(missing)s"),
    "appointment": marked("appointment at %(start)s"),
    "kept": marked("you wanted this visit to stay"),
    "pinned": marked("asked for by %(source)s"),
    # why somebody is not
    "day_off": marked("your day off; back on %(next)s"),
    "not_face_to_face": marked("may be contacted, but not visited"),
    "by_appointment": marked("receives by appointment only: agree on a time first"),
    "too_soon": marked("working days since you last met: %(days)s of at least %(gap)s; again from %(on)s"),
    "appointment_ahead": marked("appointment on %(on)s; working days between visits: at least %(gap)s"),
    "month_full": marked("visits this month: %(done)s, at most %(max)s"),
    "outside_reception": marked("Outside the hospital's reception hours (%(rule)s)."),
    "no_consent": marked(
        "There is no consent to this kind of contact on record (%(rule)s). Note it when it was given."
    ),
    "over_ceiling": marked(
        "Contact no. %(n)s of the month, all reps together; at most %(max)s are meant (%(rule)s)."
    ),
    "contacts_full": marked("contacts this month, all reps together: %(done)s, at most %(max)s (R-PI-2)"),
    "no_window": marked("not there for you today; next: %(next)s"),
    "never_in": marked("not there for you in the coming weeks"),
    "appointment_passed": marked("the appointment at %(start)s is over"),
    "required_unreachable": marked("cannot be reached in time"),
    "required_clash": marked("clashes with other fixed visits of the day"),
    "detour": marked("out of the way: %(minutes)s min"),
    "capacity_reached": marked("the day is full; visits: %(stops)s"),
    "no_time": marked("no time left between the others"),
    # why something is to be learned today
    "assigned": marked("your manager asks for it"),
    "forgetting": marked("seen %(days)s days ago, before it fades"),
    "new_item": marked("new for you"),
    # what in the week makes a scenario timely
    "week_seen_elsewhere": marked("%(name)s was met elsewhere on %(on)s"),
    "week_unavailable": marked("%(name)s was not available on %(on)s"),
    "week_never_sees": marked("%(name)s is said never to see reps (%(on)s)"),
    "week_wrong_target": marked("%(name)s was called a wrong target on %(on)s"),
    "week_product_issue": marked("a product issue with %(name)s on %(on)s"),
    "week_not_today": marked("%(name)s was put off this week (%(times)s×)"),
    "week_refused": marked("%(name)s refused this week (%(times)s×)"),
    "week_absent": marked("%(name)s was not there this week (%(times)s×)"),
    "week_price": marked("%(name)s spoke of the price on %(on)s"),
    "week_listing": marked("%(name)s: not listed in the hospital (%(on)s)"),
    "week_evidence": marked("%(name)s wanted evidence on %(on)s"),
    "week_safety": marked("%(name)s asked about safety on %(on)s"),
    "week_habit": marked("%(name)s is used to another product (%(on)s)"),
    "week_time": marked("%(name)s had no time on %(on)s"),
    "week_slipped": marked("%(name)s has slipped from %(cell)s"),
    # who needs a talk, and which question a look
    "weak_skill": marked("of the latest answers %(percent)s in 100 right, over %(seen)s items"),
    "wrong_key": marked(
        "Is the key right? %(taken)s of %(answers)s took another answer, rather those who know the rest"
    ),
    # what comes back after a visit
    "promised_before": marked("Promised on %(on)s and perhaps still open: %(step)s"),
    "moved_lately": marked("Moved from %(before)s to %(after)s on %(on)s"),
    "next_here": marked("Also here and on today's list: %(name)s"),
    "next_stop": marked("Next on today's list: %(name)s, %(place)s, %(start)s"),
    # why a manager should come along
    "joint_stuck": marked("%(cell)s for %(days)s days, met %(met)s times, and nothing has moved"),
    "joint_refused": marked("%(cell)s, refused %(refused)s times of late: why?"),
    "joint_slipped": marked("slipped from %(from)s to %(cell)s %(days)s days ago"),
    "joint_new": marked("new in %(cell)s, %(days)s days ago still %(from)s"),
    "joint_expert": marked("%(cell)s and an expert: not for growth, to learn and to keep in touch"),
    "joint_what_growth": marked("%(cell)s: what growth is left there? An A2, B2 or A3 may need you more."),
    # what would make a plan better
    "no_coordinates": marked("Customers in hospitals without coordinates, where the way is guessed: %(n)s"),
    "no_times": marked("Customers whose visiting times nobody has told: %(n)s"),
    "times_contradict": marked("Customers with best times outside the reception hours, which hold: %(n)s"),
    "travel_estimated": marked("The travel service does not answer: travel times are our own estimate."),
    # tiers
    "score_stated": marked("potential score %(score)s (A from %(a)s, B from %(b)s)"),
    "score_table": marked(
        "site class %(site_class)s and title give potential score %(score)s (A from %(a)s, B from %(b)s)"
    ),
    "quantity_tercile": marked(
        "potential: volume %(quantity)s (thirds of the list end at %(q1)s and %(q2)s)"
    ),
    "quantity_cuts": marked("potential: volume %(quantity)s (C up to %(low)s, B up to %(middle)s)"),
    "quantity_cumulative": marked(
        "potential: volume %(quantity)s by parts of the whole (C up to %(low)s, B up to %(middle)s)"
    ),
    "share_tercile": marked("support: our share %(share)s (thirds of the list end at %(q1)s and %(q2)s)"),
    "share_cuts": marked("support: our share %(share)s (3 up to %(low)s, 2 up to %(middle)s)"),
    "support_stated": marked("support %(digit)s as stated"),
    "potential_missing": marked("potential is missing, so there is no letter"),
    "support_missing": marked("support is missing, so there is no digit"),
    "list_too_short": marked(
        "only %(n)s customers can be ranked, %(minimum)s are needed: another method decides"
    ),
    # capacity and effort
    "over_capacity": marked("%(needed)s visits a month were asked for, %(holds)s possible"),
    "effort_more": marked("%(cell)s, %(customers)s customers: %(before)s → %(after)s visits a month, more"),
    "effort_less": marked("%(cell)s, %(customers)s customers: %(before)s → %(after)s visits a month, fewer"),
    # a digest: what to ask, and what to decide
    "batch_entry": marked(
        "%(visits)s visits of %(days)s days were entered within one hour on %(on)s; such hours: %(times)s."
        " What kept the entries back?"
    ),
    "even_days": marked(
        "exactly %(visits)s visits on %(same)s of %(days)s days."
        " Were the days like that, or is there a number to be reached?"
    ),
    "month_end": marked(
        "%(late)s of %(visits)s visits of the month to %(on)s were on the last %(days)s of %(of_days)s"
        " working days. What made its end so full?"
    ),
    "met_not_moved": marked("met %(met)s times and still %(cell)s"),
    "rarely_met": marked("%(cell)s; visits missing: %(missing)s"),
    "move_visits": marked("visits to move from C to %(cell)s: %(visits)s"),
    "round_waits": marked("round of %(on)s, moves that wait for your word: %(moves)s"),
    "question_waits": marked("questions of your reps that wait for your word: %(questions)s"),
    # seats of an event
    "need_asked": marked("has asked a question that the agenda answers"),
    "need_treats": marked("treats patients whom the agenda is about"),
    "need_new": marked("is new in the field"),
    "need_expert": marked("contributes own knowledge of the field"),
    "need_specialty": marked("of a specialty that the agenda is for"),
    "need_first_time": marked("has never been at this topic"),
    "seat_lot": marked("by lot among equals (%(lot)s)"),
    "seat_no_need": marked("no need is stated"),
    "seat_not_registered": marked("not registered yet"),
    "seat_repeats": marked("has been at this topic not long ago"),
    "seat_person_cap": marked("seats within the period: %(events)s, at most %(most)s"),
    "ranks_tied": marked("too many of the %(n)s customers are equal to be ranked: another method decides"),
}

# What rounds add to the reasons of a decision.
NOTES: Mapping[Note, str] = {
    Note.HELD: marked(
        "%(proposed)s is in sight but not sure yet (round %(rounds)s of %(needed)s): %(stays)s stays for now"
    ),
    Note.MOVED: marked("until this decision it was %(before)s"),
    Note.CHECK_DATA: marked("%(moved)s of %(n)s customers move at once: check the data first"),
}

PROBLEMS: Mapping[str, str] = {
    "no_remedy_needed": marked("The month fits now: no way out is needed."),
    "remedy_too_small": marked("Even so the month would not fit. Please take another way out."),
    "effort_unchanged": marked("The best sharing is today's: there is nothing to change."),
    "held_text": marked("This may be a side effect: report it first. Your note waits."),
    "refused_text": marked("This must not be kept, and it has not been."),
    "joint_step": marked("That is not possible now: the joint visit has moved on."),
    "joint_lacks": marked("The form is not complete yet: please answer what is left."),
    "joint_day": marked(
        "Please choose a day from today on, in the next two months; it took place only then."
    ),
    "valid_too_long": marked("No filing or training is valid for more than %(years)s years."),
    "promotion_locked": marked("Filing or training has run out: it must be renewed first."),
    "not_found": marked("I cannot find that. Perhaps it is no longer there."),
    "not_allowed": marked("Your role does not include this."),
    "already_joined": marked("This person has joined already."),
    "account_in_use": marked("This Telegram account already belongs to somebody here."),
    "ambiguous_name": marked(
        "Several people are called “%(name)s”. Give them different names in the roster."
    ),
    "name_taken": marked("“%(name)s” is on the list already, in another role."),
    "invite_unknown": marked("I do not know this invite link. Ask your manager for a new one."),
    "invite_used": marked("This invite link has been used. Ask your manager for a new one."),
    "invite_revoked": marked("This invite link no longer works. Ask your manager for a new one."),
    "rollback_newer": marked(
        "Load no. %(batch)s cannot be undone: later changes build on it. Undo those first."
    ),
    "rollback_user_joined": marked(
        "Load no. %(batch)s cannot be undone: %(name)s, whom it added, has joined since."
    ),
    "batch_rolled_back": marked("Load no. %(batch)s has been undone already."),
    "plan_out_of_date": marked("Somebody changed the same rows meanwhile. Please load the file again."),
    "questions_open": marked("Something has to be answered first."),
    "draft_closed": marked("This load is finished or was cancelled. Drop the file again."),
    "import_not_for_reps": marked(
        "Rosters are loaded by managers and admins. Please send the file to yours."
    ),
    "answer_unknown": marked("“%(answer)s” does not answer “%(question)s”. Possible: %(options)s."),
    "ours_unknown": marked("There is no product “%(answer)s” in the file. There are: %(products)s."),
    "column_missing": marked("In “%(sheet)s” no column can be the %(field)s. Add it and try again."),
    "header_unknown": marked("There is no column “%(header)s”. Near it: %(headers)s."),
    "field_unknown": marked("“%(field)s” is no field for “%(header)s”. Possible: %(fields)s."),
    "map_not_understood": marked("“%(said)s” is not of the form THIS=THAT."),
    "invite_expired": marked("This invite link is too old. Ask your manager for a new one."),
    "proposal_closed": marked("This proposal is settled already, or the customer has been decided anew."),
    "question_open": marked("This has been asked already and waits for an answer."),
    "date_passed": marked("Please give a day after today, within a year."),
    "appointment_first": marked("You have an appointment with this customer. Move or cancel it first."),
    "question_closed": marked("This question has been settled already."),
    "merge_entry_changed": marked(
        "They cannot be made two again: the entry was edited since. Take that back first."
    ),
    "merge_visits_changed": marked(
        "They cannot be made two again: visits of before were changed since. Take that back first."
    ),
    "merge_overtaken": marked(
        "They cannot be made two again: something that came with it was changed since."
    ),
    "correction_closed": marked("This report has been settled already."),
    # appointments and a rep's own time
    "appointment_past": marked("That time is over."),
    "appointment_far": marked("Appointments can be made up to %(days)s days ahead."),
    "appointment_over": marked("This appointment was cancelled."),
    "reception_known": marked("When this hospital receives is known already. Your manager can change it."),
    "leave_wrong": marked("These days off cannot be meant: at most a year, from this month on."),
    "time_day": marked("Time can be told of today and up to %(days)s days before."),
    "time_too_long": marked("That is more than %(hours)s hours."),
    "hours_wrong": marked("A working day begins before it ends and lasts an hour at least."),
    "calendar_off": marked("This bot serves no calendar addresses."),
    # a customer's file
    "edit_overtaken": marked("The same was changed since. Take that back first."),
    "too_many_facts": marked("There is room for %(limit)s. Take one out first."),
    "too_many_relations": marked("At most %(limit)s relations. Take one out first."),
    # plans of territories
    "plan_state": marked("The plan is handed in, settled or of another time: this cannot be done now."),
    "plan_unfinished": marked("Please write at least one sentence in each field of the SWOT first."),
    "too_many_words": marked("At most %(limit)s sentences here. Take one out first."),
    # logging visits
    "visit_ahead": marked("That day is still to come."),
    "visit_too_old": marked("Visits can be logged up to %(days)s days back."),
    "visit_move": marked(
        "A visit that took place cannot be called off, and one called off cannot be missed."
    ),
    "visit_next_past": marked("The next visit lies ahead: please choose a later day."),
    "undo_too_late": marked("An entry can be taken back for %(minutes)s minutes. You can still change it."),
    "undo_overtaken": marked("The visit was changed since. Take that back first."),
    "visit_draft_closed": marked("This was saved or dropped already."),
    "visit_unsettled": marked("Please answer the question first."),
    "visit_nobody": marked("Nobody is chosen yet."),
    "too_many_topics": marked("At most %(limit)s topics in one visit."),
    # scenarios
    "no_such_answer": marked("This question has other answers. Here it is again."),
    "session_over": marked("This scenario has come to its end."),
    "session_open": marked("This scenario has not come to its end yet."),
    "too_many_picked": marked("That would be one too many: choose %(limit)s."),
    "scenario_settled": marked("This version has been published or retired already."),
    # events and seats
    "event_settled": marked("The seats of this event have been given, or it was called off."),
    "event_blocked": marked("This event cannot take place like this: %(broken)s. Change that first."),
    "event_unfinished": marked("Something about this event is not told yet."),
    "event_number": marked("Please give a whole number from %(low)s to %(high)s."),
    "event_full": marked("At most %(limit)s people can be proposed for one event."),
    "event_ahead": marked("That day is still to come."),
    # sentences of people
    "sentence_empty": marked("Please write it in words."),
    "sentence_too_long": marked(
        "That is %(length)s characters; please say it in one sentence of at most %(limit)s."
    ),
    "sentence_personal": marked(
        "Your sentence holds an ID number, which must not be stored. Please write it again without."
    ),
    # files that are no table
    "empty_file": marked("“%(file)s” is empty."),
    "file_too_large": marked("“%(file)s” is too large: at most %(limit)s MB. Split it and send the parts."),
    "old_xls": marked("“%(file)s” is an old Excel file. Save it as .xlsx and send it again."),
    "password_protected": marked("“%(file)s” is protected by a password. Remove it and send the file again."),
    "macro_workbook": marked(
        "“%(file)s” contains macros. Save it as .xlsx without macros and send it again."
    ),
    "encoding_unknown": marked("The letters of “%(file)s” cannot be read. Save it as UTF-8 or as .xlsx."),
    "not_a_table": marked("“%(file)s” is not a table that I can read. Send an .xlsx or .csv file."),
    "workbook_hostile": marked(
        "“%(file)s” is built in a way that could do harm, so I have not opened it. "
        "Copy the cells into a new workbook and send that."
    ),
    "workbook_too_large": marked("“%(file)s” is too large when unpacked: at most %(limit)s MB. Split it."),
    "text_too_large": marked("“%(file)s” holds too much text: at most %(limit)s MB. Split it."),
    "too_many_sheets": marked("“%(file)s” has too many sheets: at most %(limit)s."),
    "too_many_rows": marked("“%(file)s” has too many rows: at most %(limit)s a sheet. Split it."),
    "sheet_too_wide": marked("“%(file)s” has too many columns: at most %(limit)s a sheet."),
    "too_many_cells": marked(
        "A sheet of “%(file)s” is too large: at most %(limit)s cells. Delete what lies far below or right."
    ),
    "reading_timed_out": marked("Reading “%(file)s” took more than %(limit)s seconds. Split it."),
}

# Problems whose limit is a number of bytes, said in megabytes.
_IN_BYTES = frozenset({"file_too_large", "workbook_too_large", "text_too_large"})
_MEGABYTE = 1_000_000


CHANNELS: Mapping[Channel, str] = {
    Channel.FACE_TO_FACE: marked("face to face"),
    Channel.PHONE: marked("phone"),
    Channel.EMAIL: marked("e-mail"),
    Channel.MESSENGER: marked("messenger"),
    Channel.ONLINE: marked("online meeting"),
    Channel.GROUP: marked("group meeting"),
    Channel.DROP_BY: marked("drop-by"),
}

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.MET: marked("met"),
    Outcome.SHORT: marked("short talk"),
    Outcome.ABSENT: marked("not there"),
    Outcome.REFUSED: marked("did not see me"),
}

KINDS: Mapping[Kind, str] = {
    Kind.INSTITUTION: marked("Hospitals"),
    Kind.CUSTOMER: marked("Customers"),
    Kind.VISIT: marked("Visits"),
    Kind.USAGE: marked("Usage figures"),
    Kind.SALE: marked("Sales"),
}

PIN_SOURCES: Mapping[str, str] = {
    "scenario": marked("a scenario you played"),
    "joint": marked("what you agreed after a joint visit"),
    "joint_day": marked("the joint visit with your manager"),
    "plan": marked("your plan"),
}

DOUBTS: Mapping[Doubt, str] = {
    Doubt.POTENTIAL: marked("Wrong potential"),
    Doubt.SUPPORT: marked("Wrong support"),
    Doubt.NO_SEE: marked("Sees no reps"),
}

CORRECTIONS: Mapping[CorrectionKind, str] = {
    CorrectionKind.MOVED: marked("Works elsewhere now"),
    CorrectionKind.RETIRED: marked("Has retired"),
    CorrectionKind.DATA: marked("Something is wrong"),
    CorrectionKind.DUPLICATE: marked("Is listed twice"),
}

DISMISS_REASONS: Mapping[DismissReason, str] = {
    DismissReason.SEEN_ELSEWHERE: marked("Seen elsewhere"),
    DismissReason.UNAVAILABLE: marked("Not available until …"),
    DismissReason.NEVER_SEES: marked("Never sees reps"),
    DismissReason.WRONG_TARGET: marked("Wrong target"),
    DismissReason.PRODUCT_ISSUE: marked("Product issue"),
    DismissReason.NOT_TODAY: marked("Not today"),
}

REMEDIES: Mapping[str, str] = {
    RemedyKind.STRETCH: marked("Longer between visits"),
    RemedyKind.CUT: marked("Fewer at the bottom"),
    RemedyKind.DAYS: marked("More days"),
}

LEVELS: Mapping[Level, str] = {
    Level.NONE: marked("no visits"),
    Level.HALF: marked("half of them"),
    Level.MORE: marked("half as many again"),
    Level.SATURATION: marked("as many as you like"),
}

ROLES: Mapping[Role, str] = {
    Role.REP: marked("Rep"),
    Role.MANAGER: marked("Manager"),
    Role.ADMIN: marked("Admin"),
}


_WHY_INSTEAD = marked("Why: %(why)s Instead: %(instead)s")
_SAFETY_ALL_THE_SAME = marked("It also tells of a possible side effect: report that to drug safety at once.")


def reason(words: Words, value: Reason) -> str:
    """A reason in words."""
    sentence = REASONS.get(value.code) or NOTES[Note(value.code)]
    spoken = _spoken(value.params)
    if value.code == "pinned":
        source = PIN_SOURCES[spoken["source"]]
        spoken["source"] = words._(source)
    return words._(sentence, **spoken)


def problem(words: Words, code: str, params: Mapping[str, Any]) -> str:
    """A refusal in words, as plain text."""
    spoken = _spoken(params)
    if code == "refused_text":
        return _refused_text(words, params)
    if code in _IN_BYTES:
        spoken["limit"] //= _MEGABYTE
    if code == "column_missing":
        name = FIELDS[spoken["field"]]
        spoken["field"] = words._(name)
    return words._(PROBLEMS[code], **spoken)


def _refused_text(words: Words, params: Mapping[str, Any]) -> str:
    """Which rules a text meets, why they exist, and what to do instead."""
    sentence = PROBLEMS["refused_text"]
    lines = [words._(sentence)]
    for rule in params["rules"]:
        lines.append(f"{rule.id}: {rule.wording.of(words.locale)}")
        why, instead = rule.why.of(words.locale), rule.instead.of(words.locale)
        lines.append(words._(_WHY_INSTEAD, why=why, instead=instead))
    if params["safety"]:
        lines.append(words._(_SAFETY_ALL_THE_SAME))
    return "\n".join(lines)


def _spoken(params: Mapping[str, Any]) -> dict[str, Any]:
    spoken = dict(params)
    for key, value in params.items():
        if key in _DATES and isinstance(value, str):
            spoken[key] = date.fromisoformat(value)
        elif isinstance(value, list | tuple):
            spoken[key] = ", ".join(map(str, value))
    return spoken
