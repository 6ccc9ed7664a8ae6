"""The refusals of the office: each says which rule, which values, and what to do now."""


class OfficeError(Exception):
    """A command or a question that the office cannot take. Its text is one sentence for a person.

    ``exit_code`` is what a command line answers with.
    """

    exit_code = 2


class UnknownReference(OfficeError):
    """A case, hall, window, department, service item or material that nobody has recorded."""


class RuleBroken(OfficeError):
    """A rule of the office forbids it; ``rule`` is its number in DOMAIN.md or an article of the law."""

    def __init__(self, rule: str, sentence: str) -> None:
        super().__init__(f"{sentence} [{rule}]")
        self.rule = rule


class NotAllowed(OfficeError):
    """Somebody asks for what their role or place does not allow; ``right`` names what is missing."""

    def __init__(self, right: str, sentence: str) -> None:
        super().__init__(f"{sentence} [missing right: {right}]")
        self.right = right


class CommandReused(OfficeError):
    """A command id came back with another content (rule 8)."""


class Outdated(OfficeError):
    """The history has changed since its sender looked at it; nothing was recorded."""

    exit_code = 7


class Overtaken(OfficeError):
    """Others changed the case each time the command was decided; nothing was recorded."""

    exit_code = 3
