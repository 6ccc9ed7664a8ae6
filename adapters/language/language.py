"""Which language a person reads: asked for, or that of the locale."""

from collections.abc import Mapping
from contextvars import ContextVar
from enum import StrEnum


class Language(StrEnum):
    """A language in which onewindow answers."""

    EN = "en"
    ZH = "zh"


LANGUAGE: ContextVar[Language] = ContextVar("language", default=Language.EN)
"""The language of the command that runs."""

VARIABLE = "ONEWINDOW_LANG"
LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The first of these that is set names the locale."""


def of_environment(environment: Mapping[str, str]) -> Language:
    """The language that ``ONEWINDOW_LANG`` names, else that of the locale; English where neither names one that is known."""
    asked = environment.get(VARIABLE, "")
    if asked in set(Language):
        return Language(asked)
    locale = next((environment[name] for name in LOCALE if environment.get(name)), "")
    return Language.ZH if locale.lower().startswith("zh") else Language.EN


def is_chinese() -> bool:
    """Whether the person who asked reads Chinese."""
    return LANGUAGE.get() is Language.ZH
