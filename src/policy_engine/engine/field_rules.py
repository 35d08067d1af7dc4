"""填报要求: what a text must be like, and what is wrong with it in words that never quote it.

``field_problems`` holds a text against the rows that always apply: what is asked of a sensitive field is to be
looked at where it is entered, because it is not kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from policy_engine.engine import checklist_words as words
from policy_engine.engine.checklist_document import ItemProblem
from policy_engine.engine.closures import Closure, Compiler
from policy_engine.engine.rows import Row
from policy_engine.feel.typed import Node, TermRef, Where, walk
from policy_engine.feel.types import NumberType
from policy_engine.formats.characters import has
from policy_engine.formats.named import NAMED
from policy_engine.formats.pattern import Pattern, compile_pattern
from policy_engine.policy.checklist_model import CharacterClass, FieldRule, Form, NamedFormat
from policy_engine.policy.model import Policy, Term
from policy_engine.policy.substitute import fill_cell_input

_LENGTH = "（长度）"  # no term is called so


@dataclass(frozen=True)
class IsFormat:
    format: NamedFormat

    def holds(self, text: str) -> bool:
        return NAMED[self.format.value](text)

    def problem(self) -> ItemProblem:
        return words.not_of_format(self.format)


@dataclass(frozen=True)
class Matches:
    pattern: Pattern

    def holds(self, text: str) -> bool:
        return self.pattern.matches(text)

    def problem(self) -> ItemProblem:
        return words.not_of_pattern(self.pattern.text)


@dataclass(frozen=True)
class Contains:
    characters: CharacterClass

    def holds(self, text: str) -> bool:
        return has(self.characters.value, text)

    def problem(self) -> ItemProblem:
        return words.lacks(self.characters)


TextTest = IsFormat | Matches | Contains


def text_tests(rule: FieldRule) -> tuple[TextTest, ...]:
    """What a row asks of the text alone, but for its length."""
    found: list[TextTest] = []
    if rule.format is not None:
        found.append(IsFormat(rule.format))
    if rule.pattern is not None:
        found.append(Matches(compile_pattern(rule.pattern)))
    return (*found, *(Contains(characters) for characters in rule.contains))


def length_test(length: Node, compiler: Compiler) -> Closure:
    """A test of the number of characters, as a closure over ``with_length``."""
    type_ = NumberType(None, 0)
    return compiler.compile(fill_cell_input(length, TermRef(type_, length.span, Where.OWN, "", "", _LENGTH)))


def with_length(row: Row, text: str) -> Row:
    """A stand-in for a row that knows how long a text is."""
    values = {**row.values, _LENGTH: Fraction(len(text))}
    return Row(
        row.entity, row.key, values, row.line, row.source, row.parent, row.part, row.children, row.singles
    )


def field_problems(policy: Policy, entity: str, term: str, text: str) -> tuple[ItemProblem, ...]:
    """What is wrong with a text by every row of a form that asks for this field of all rows of ``entity``.

    ``entity``: a (sub-)entity by name; ``term``: an id. Format, pattern, length and characters only: what needs
    other facts is for the form to judge. A blank text has no problems. Raises KeyError for an unknown term.
    """
    asked = policy.term(entity, term)
    text = text.strip()
    found: dict[ItemProblem, None] = {}
    if text:
        for rule in _always(policy, entity, asked):
            if text not in rule.also:
                found.update(dict.fromkeys(_problems(policy, asked, rule, text)))
    return tuple(found)


def _always(policy: Policy, entity: str, term: Term) -> Iterator[FieldRule]:
    """The rows that speak of a field whatever the facts are."""
    having = frozenset[str]().union(*(policy.parts(part) for part in term.parts))
    concerned = policy.parts(entity) & having
    forms = [f for f in policy.checklists.values() if isinstance(f, Form)]
    for form in forms:
        if policy.entities[form.entity].base == term.entity and concerned <= policy.parts(form.entity):
            yield from (rule for rule in form.fields if rule.term == term.id and not rule.conditions)


def _problems(policy: Policy, term: Term, rule: FieldRule, text: str) -> Iterator[ItemProblem]:
    yield from (test.problem() for test in text_tests(rule) if not test.holds(text))
    if rule.length is not None and not any(isinstance(node, TermRef) for node in walk(rule.length)):
        fits = length_test(rule.length, Compiler(policy))
        if not fits(with_length(Row("", "", {}), text)):
            count = None if term.sensitive else len(text)
            yield words.wrong_length(rule.length.span.text, count)
