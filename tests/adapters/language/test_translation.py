"""A finished sentence comes out in Chinese with the values it had in English."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.language.catalogue import chinese_of
from adapters.language.language import LANGUAGE, Language, of_environment
from adapters.language.template import NUMBERS, Template
from adapters.language.translation import chinese, in_language, word

VALUES = st.lists(
    st.text(st.characters(categories=["Lu", "Lo", "Nd"]), min_size=1, max_size=12), min_size=12, max_size=12
)


@pytest.fixture
def in_chinese() -> Iterator[None]:
    token = LANGUAGE.set(Language.ZH)
    yield
    LANGUAGE.reset(token)


@settings(max_examples=4, deadline=None)
@given(VALUES)
def test_every_sentence_keeps_its_values(texts: list[str]) -> None:
    """Whatever is filled in, the sentence is recognised as the one that it is, and its values are the same."""
    for english, translation in chinese_of("sentences").items():
        values = {
            name: f"{text}{number}"
            for number, (name, text) in enumerate(zip(Template(english).names, texts, strict=False))
        }
        values |= {name: str(number) for number, name in enumerate(NUMBERS.intersection(values))}
        kinds = [(name, chinese_of("words").get(kind)) for name, kind in Template(translation).places]
        values |= {name: next(iter(words)) for name, words in kinds if words}
        sentence = Template(english).filled(values, lambda kind, value: value)
        expected = Template(translation).filled(
            values, lambda kind, value: chinese_of("words").get(kind, {}).get(value, value)
        )
        assert chinese(sentence) == expected or not Template(english).has_words, english


@pytest.mark.parametrize(
    ("english", "translated"),
    [
        ("case H1-20250303-0001 is not known; check the number", "没有办件H1-20250303-0001；请核对编号"),
        (
            "case C1 is in_review: the one-time notice is possible only while it is received or supplementing [rule 4]",
            "办件C1审批中：一次性告知须在已收件或待补正时进行〔规则4〕",
        ),
        (
            "R1 is not the applicant; only the applicant may do this [missing right: applicant of application/C1]",
            "R1不是申请人；只有申请人可以办理〔缺少权限：application/C1的申请人〕",
        ),
        ("case C1: it is accepted, recorded at position 12", "办件C1：已受理，记录于第12位"),
        (
            "1 problem, nothing is loaded\na.yaml:3: name: is missing; write it [shape]",
            "1个问题，没有加载任何内容\na.yaml:3：name：缺失；请填写〔结构〕",
        ),
        (
            "受理 accepted by F1 (front_desk) at 2025-03-03T09:06:00+08:00",
            "受理，F1（前台人员），2025-03-03T09:06:00+08:00",
        ),
        ("nobody wrote this sentence into a file", "nobody wrote this sentence into a file"),
    ],
)
def test_a_sentence_and_the_sentences_in_it_are_translated(english: str, translated: str) -> None:
    assert chinese(english) == translated


def test_english_stays_as_it_is_unless_chinese_is_asked_for() -> None:
    assert in_language("no limit moves") == "no limit moves"
    assert word("Light", "red") == "red"


@pytest.mark.usefixtures("in_chinese")
def test_a_word_is_that_of_its_kind() -> None:
    assert (word("Status", "decided"), word("Verdict", "accepted"), word("Light", "red")) == ("已决定", "合格", "红灯")
    assert word("Status", "of tomorrow") == "of tomorrow"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, Language.EN),
        ({"LANG": "zh_CN.UTF-8"}, Language.ZH),
        ({"LANG": "en_GB.UTF-8"}, Language.EN),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "C"}, Language.EN),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, Language.ZH),
        ({"LANG": "zh_CN.UTF-8", "ONEWINDOW_LANG": "en"}, Language.EN),
        ({"LANG": "zh_CN.UTF-8", "ONEWINDOW_LANG": "fr"}, Language.ZH),
    ],
)
def test_the_language_is_the_one_asked_for_else_that_of_the_locale(
    environment: dict[str, str], language: Language
) -> None:
    assert of_environment(environment) is language
