"""Each event is one sentence, English and Chinese, with its values in words and its times by the clock of the hall."""

import re
from dataclasses import fields
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from adapters.language.catalogue import event_sentences
from adapters.language.event_sentence import PLACE, sentence
from adapters.language.language import LANGUAGE, Language
from adapters.language.titles import title
from domain.application.path.acceptance import Accepted
from domain.application.path.materials import MaterialSubmitted
from domain.office import event_types
from domain.record import EVENT_TYPES, Event
from domain.time.working_time import Unit
from tests.domain.event_examples import EXAMPLES

SHANGHAI = ZoneInfo("Asia/Shanghai")
assert event_types
RAW = re.compile(r"\b(None|True|False)\b|datetime|[{}\[\]<>]|=|\d\d:\d\dZ|\+00:00")


def said(event: Event, language: Language) -> str:
    token = LANGUAGE.set(language)
    try:
        return sentence(event, SHANGHAI)
    finally:
        LANGUAGE.reset(token)


@pytest.mark.parametrize("language", Language)
def test_every_event_type_has_a_sentence_and_no_sentence_is_left_over(language: Language) -> None:
    assert sorted(set(EVENT_TYPES) ^ set(event_sentences())) == []
    for type_name, in_languages in event_sentences().items():
        text = in_languages[language]
        named = {field.name for field in fields(EVENT_TYPES[type_name])}  # type: ignore[arg-type]
        asked = re.findall(r"\[!?(\w+)\?", text)
        assert {place.split(".")[0] for place in (*PLACE.findall(text), *asked)} <= named, type_name


def test_every_event_has_a_chinese_term_and_an_english_one() -> None:
    token = LANGUAGE.set(Language.ZH)
    terms = {name: title(kind.title) for name, kind in EVENT_TYPES.items()}
    LANGUAGE.reset(token)
    assert not [name for name, term in terms.items() if re.search("[a-z ]", term)]
    assert not [name for name, kind in EVENT_TYPES.items() if not re.search("^[^a-z]+ [a-z ,-]+$", kind.title)]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.type_name)
def test_an_event_is_a_sentence_without_a_raw_value(event: Event, language: Language) -> None:
    text = said(event, language)
    assert not RAW.search(text), text
    for field in fields(event):  # type: ignore[arg-type]
        assert "_" not in field.name or field.name not in text


def test_a_sentence_shows_the_last_moment_of_a_limit_by_the_clock_of_the_hall() -> None:
    accepted = Accepted(due_at=datetime(2025, 3, 17, 16, tzinfo=UTC), unit=Unit.WORKING_DAYS)
    assert said(accepted, Language.EN) == "The application was accepted; the decision is due 2025-03-17 23:59."
    assert said(accepted, Language.ZH) == "受理；办理时限2025-03-17 23:59。"


def test_a_sentence_says_in_words_what_is_so_and_leaves_out_what_is_not() -> None:
    first = MaterialSubmitted(material_id="plan", content_hash="ab" * 32, supplement=False)
    supplement = MaterialSubmitted(material_id="plan", content_hash="ab" * 32, supplement=True)
    assert said(first, Language.EN) == "Material plan was handed in (SHA-256 abababababab…)."
    assert said(supplement, Language.EN) == "Material plan was handed in as a supplement (SHA-256 abababababab…)."
    assert said(supplement, Language.ZH) == "补正提交材料plan（SHA-256 abababababab…）。"
