"""Titles of events: Chinese and English as they are kept, in the language of who reads them."""

from adapters.language.language import is_chinese


def title(bilingual: str) -> str:
    """The term of an event: in Chinese alone where that is read, else in both languages as it stands."""
    return chinese_term(bilingual) if is_chinese() else bilingual


def chinese_term(bilingual: str) -> str:
    """The Chinese of a title, which stands first."""
    return bilingual.partition(" ")[0]
