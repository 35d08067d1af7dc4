"""The table of keywords is complete and says nothing twice."""

from __future__ import annotations

import pytest

from policy_engine.rulefile import choices
from policy_engine.rulefile import documents as d
from policy_engine.rulefile import keywords as kw


@pytest.mark.parametrize("model", kw.FIELDS, ids=lambda model: model.__name__)
def test_every_field_has_a_word(model: type[d.Doc]) -> None:
    own = {"span", "roundings", "word", "parameter_table", "table_files"} | (
        {"source", "language"} if model in (d.PolicyDoc, d.PolicyHead) else set()
    )
    own |= set(d.BarTable.model_fields) if model is d.TableFileDoc else set()
    assert set(kw.FIELDS[model]) == set(model.model_fields) - own


@pytest.mark.parametrize("language", kw.LANGUAGES)
@pytest.mark.parametrize("model", kw.FIELDS, ids=lambda model: model.__name__)
def test_words_of_a_document_differ(model: type[d.Doc], language: str) -> None:
    words = [kw.fold(w) for w in kw.spellings(kw.FIELDS[model], language)]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("kind", kw.WORDS, ids=lambda kind: kind.__name__)
def test_every_closed_word_is_written_in_both_languages(kind: type) -> None:
    assert set(kw.WORDS[kind]) == set(kind) - {choices.RoundingMode.GRID}
    for language in kw.LANGUAGES:
        for member, word in kw.WORDS[kind].items():
            assert kw.word_of(kind, word.of(language), language) is member


def test_width_case_and_underscores_do_not_matter() -> None:
    assert kw.field_of(d.PolicyDoc, "Known_From", "en") == "known_from"
    assert kw.field_of(d.PolicyDoc, "　政策 ", "zh") == "policy"
    assert kw.canonical("参数", "zh") == "parameters"
    assert kw.canonical("参数", "en") is None
