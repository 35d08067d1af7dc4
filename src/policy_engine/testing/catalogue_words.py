"""What each step does, in English, by the id of its pattern; the steps themselves are Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "policy_for_month": "choose the policy and the settlement month; errors show when the case is settled",
        "policy_on_day": "choose a policy that is in force by date, and the day",
        "known_on": "decide by the rules as they were known on that day, for settling again",
        "reading": "take another reading; the others stay as the rule file chose them",
        "parameter": "suppose another value of a parameter; the rule file stays as it is",
        "rows": "give rows: the header names terms, with units in brackets, and one column holds the key",
        "change_rows": "change one term of rows that are there",
        "fact": "give or change one value; numbers may bring a unit, 空 means no value",
        "files": "from here on attached files are looked for in this folder beside the feature file",
        "settle": "decide the case on the facts given so far",
        "judge": "the same as 办理结算, for policies that only judge",
        "examine": "the same as 办理结算, for checklists and forms",
        "fill_in": "open a matter with its facts, or change the facts of one",
        "attach": "attach rows below a matter, in place of those attached before",
        "fill_in_rows": "fill in rows below a matter, saying who does it and when",
        "take": "take a step of a matter",
        "take_noting": "take a step that needs a note",
        "settle_known": "settle with what the matters of the scenario say, as known on that day",
        "value": "check a value: words in quotes, numbers with unit and published places",
        "clause": "check that the row that decided cites this clause",
        "value_clause": "check that a value was decided by this clause",
        "table": "check all rows; the table lists every row and the columns to check",
        "equation": "check an equation or condition in the language of rules, for one row or for every row",
        "rejected": "check that a row was rejected, by code, by the name of a check, or by words of the reason",
        "nothing_rejected": "check that no row was rejected",
        "error_code": "check that the whole case failed with this code",
        "error_words": "check that the whole case failed with these words",
        "issuer": "check who issues the statement",
        "statement": "check that the statement has these columns",
        "lookup": "check a cell of a lookup table",
        "case": "check that the judgement used this case",
        "missing": "check that the judgement waits for this fact",
        "would_change": "check that changing this one column would bring about this case",
        "item": "check one item of a checklist or form",
        "item_saying": "check one item together with what is said about it",
        "items": "check every item of a checklist or form",
        "remark": "check that there is such a remark",
        "no_remark": "check that there is no remark",
        "never_told": "check that these words are in no result, report, record or message",
        "refused": "check that the step before was refused and changed nothing",
        "state": "check the state of a matter at the end of that day",
        "lateness": "check whether a step was recorded as late (逾期) or in time (按期)",
        "next_step": "check who may take which step next; it has no deadline",
        "next_step_by": "check who may take which step next, and until when",
        "due": "check all steps with a deadline that are waiting on that day",
        "none_due": "check that nothing with a deadline is waiting on that day",
        "difference": "check the difference to settling with what was known on that day",
    }
)
