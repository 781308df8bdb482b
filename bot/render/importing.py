"""An import in words: what is wrong with a row, what must be asked, and the answers to choose from."""

from collections.abc import Mapping

from bot.render.catalogues import marked
from bot.render.words import Words
from domain.importing.mapping import Option, Question
from domain.importing.model import RowIssue

FIELDS: Mapping[str, str] = {
    "name": marked("name"),
    "code": marked("code"),
    "customer": marked("customer"),
    "customer_code": marked("customer code"),
    "institution": marked("hospital"),
    "site_class": marked("site class"),
    "grade": marked("grade"),
    "city": marked("city"),
    "district": marked("district"),
    "lat": marked("latitude"),
    "lon": marked("longitude"),
    "datum": marked("coordinate system"),
    "reception": marked("reception rule"),
    "department": marked("department"),
    "title": marked("title"),
    "specialty": marked("specialty"),
    "owner": marked("rep in charge"),
    "rep": marked("rep"),
    "support": marked("support"),
    "potential_score": marked("potential score"),
    "quantity": marked("quantity"),
    "amount": marked("amount"),
    "product": marked("product"),
    "period": marked("period"),
    "best_times": marked("best times"),
    "is_kol": marked("KOL"),
    "is_no_see": marked("sees no reps"),
    "by_appointment": marked("by appointment only"),
    "status": marked("status"),
    "note": marked("note"),
    "on": marked("date"),
    "next_on": marked("next date"),
    "next_step": marked("next step"),
    "channel": marked("channel"),
    "outcome": marked("outcome"),
}

KINDS: Mapping[str, str] = {
    "institution": marked("hospitals"),
    "customer": marked("customers"),
    "visit": marked("visits"),
    "usage": marked("usage figures"),
    "sale": marked("sales"),
}

# What is wrong, and how to mend it. The row and the column are said in front.
ISSUES: Mapping[str, str] = {
    "missing": marked("%(field)s is missing: fill it in"),
    "cell_error": marked(
        "the cell holds a spreadsheet error (%(value)s): repair the formula or type the value"
    ),
    "not_a_number": marked("“%(value)s” is not a number: write digits such as 1234.5"),
    "number_too_large": marked("“%(value)s” is too large to be meant"),
    "not_a_date": marked("“%(value)s” is not a date: write it as 2026-11-23"),
    "date_out_of_range": marked("“%(value)s” lies outside the years that can be meant"),
    "date_ambiguous": marked("“%(value)s” can be read as two dates: write it as 2026-11-23"),
    "date_in_future": marked("%(value)s is in the future: a visit is recorded once it was made"),
    "not_a_period": marked("“%(value)s” is not a period: write 2026, 2026-Q1 or 2026-04"),
    "unknown_word": marked("“%(value)s” is not a word known here: see the legend of the template"),
    "datum_unsupported": marked("the coordinate system “%(value)s” is not supported: use WGS-84 or GCJ-02"),
    "times_not_understood": marked("“%(value)s” was not understood as weekly times, and left out"),
    "id_number": marked("holds an ID number, which must not be stored (rule %(rule)s): take it out"),
    "edited_since": marked("somebody has changed this in the chat since, which stays: %(fields)s"),
    "text_refused": marked(
        "the text was left out: it holds what must not be stored (%(rules)s). The rest of the row was taken"
    ),
    "text_held": marked(
        "may tell of a side effect (%(rules)s): report it to drug safety within 24 hours."
        " The text waits until the rep says that it is reported"
    ),
    "text_cut": marked("the text was longer than %(limit)s characters and was shortened"),
    "text_too_long": marked("the text is longer than %(limit)s characters: shorten it"),
    "out_of_range": marked("%(value)s is not between %(least)s and %(most)s"),
    "negative": marked("%(value)s is negative"),
    "title_unranked": marked("the title “%(value)s” is none that ranks potential: it was kept as it stands"),
    "duplicate_row": marked("says the same as an earlier row: taken once"),
    "conflicting_rows": marked("contradicts an earlier row about the same thing: keep one of them"),
    "customer_unknown": marked("no customer “%(value)s” is known: add the customer, or mend the name"),
    "customer_ambiguous": marked("“%(value)s” could be several customers: give the customer's code"),
    "institution_unknown": marked("no hospital “%(value)s” is known: add the hospital, or mend the name"),
    "institution_ambiguous": marked("“%(value)s” could be several hospitals: give the hospital's code"),
    "merged_row": marked("was on the list twice and is “%(value)s” now: that row counts"),
    "refused": marked("refused data collection, left out"),
    "other_team": marked("this customer is not in your team"),
    "owner_outside": marked("the rep is not in your team"),
    "sheet_ignored": marked("the sheet “%(sheet)s” holds nothing that is known, and was left out"),
    "column_ignored": marked("the column is not used, and was left out"),
}

QUESTIONS: Mapping[str, str] = {
    "kind": marked("What is in the sheet “%(sheet)s”?"),
    "column": marked("Is the column “%(header)s” of “%(sheet)s” the %(field)s?"),
    "twice": marked("Several columns of “%(sheet)s” look like the %(field)s. Which one is it?"),
    "needed": marked("Which column of “%(sheet)s” is the %(field)s? Without it nothing can be read."),
    "direction": marked("In the column “%(header)s”: which digit means the strongest support for us?"),
    "dates": marked("How is “%(example)s” in the column “%(header)s” to be read?"),
    "datum": marked("In which system are the coordinates of “%(sheet)s”?"),
    "ours": marked("Which product is ours?"),
    "owner": marked("The file does not say whose customers these are (%(n)s). Whose?"),
}

OPTIONS: Mapping[str, str] = {
    "kind_institution": marked("Hospitals"),
    "kind_customer": marked("Customers"),
    "kind_visit": marked("Visits"),
    "kind_usage": marked("Usage per customer"),
    "kind_sale": marked("Sales per hospital"),
    "yes": marked("Yes, the %(field)s"),
    "ignore": marked("Leave it out"),
    "header": marked("%(header)s"),
    "product": marked("%(name)s"),
    "person": marked("%(name)s"),
    "nobody": marked("Nobody's yet"),
    "strongest_1": marked("1 is the strongest"),
    "strongest_3": marked("3 is the strongest"),
    "dates_mdy": marked("Month first (US)"),
    "dates_dmy": marked("Day first"),
    "datum_wgs84": marked("WGS-84 (GPS, international maps)"),
    "datum_gcj02": marked("GCJ-02 (Chinese map services)"),
}


def issue_in_words(words: Words, issue: RowIssue) -> str:
    """Where and what: "Customers, row 12, “Support”: ...", with the nearest known names as help."""
    params = {**issue.params, **_names(words, issue.params)}
    params.setdefault("sheet", issue.source.sheet or issue.source.file)
    if "rules" in params:
        params["rules"] = ", ".join(issue.params["rules"])
    said = words._(ISSUES[issue.code], **{key: value for key, value in params.items() if key != "near"})
    near = issue.params.get("near")
    if near:
        said += words._(" – perhaps %(names)s?", names=", ".join(map(str, near)))
    place = [issue.source.sheet or issue.source.file]
    if issue.source.row:
        place.append(words._("row %(row)s", row=issue.source.row))
    if issue.column:
        place.append(words._("“%(column)s”", column=issue.column[:40]))
    return f"{words.comma.join(place)}{words.colon}{said}"


def question_in_words(words: Words, question: Question) -> str:
    """The question, with names of fields and kinds in the person's language."""
    return words._(QUESTIONS[question.code], **{**question.params, **_names(words, question.params)})


def option_in_words(words: Words, option: Option) -> str:
    """The label of an answer."""
    return words._(OPTIONS[option.code], **{**option.params, **_names(words, option.params)})


def _names(words: Words, params: Mapping[str, object]) -> dict[str, str]:
    names = {}
    if params.get("field") in FIELDS:
        names["field"] = words._(FIELDS[str(params["field"])])
    if params.get("kind") in KINDS:
        names["kind"] = words._(KINDS[str(params["kind"])])
    return names
