"""``docs/map.md`` says what the folders say of themselves, and every folder says something."""

from tests.map import ROOT, folders, page


def test_every_folder_says_in_one_sentence_what_it_is_for() -> None:
    found = dict(folders())
    assert len(found) > 25
    assert [folder for folder, sentence in found.items() if len(sentence) < 20 or not sentence.endswith(".")] == []


def test_the_map_is_what_the_folders_say() -> None:
    assert (ROOT / "docs" / "map.md").read_text(encoding="utf-8") == page(), "run `make map`"
