"""The machine gives every command that there is: a new one fails here until somebody says how it is built."""

from domain.office.matrix import commands
from tests.anybody.builders import BUILDERS


def test_there_is_a_builder_for_every_command() -> None:
    assert {kind.__name__ for kind in commands()} == {kind.__name__ for kind in BUILDERS}
