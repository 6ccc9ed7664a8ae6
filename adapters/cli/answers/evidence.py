"""Evidence: the key of the log, what is published, what was found when it was checked."""

from adapters.cli.answers.kinds import Answer, Position, Stamp
from projections.engine.comparison import Finding


class LogKeyShown(Answer, frozen=True, kw_only=True):
    """The key of a log: its file, and the public half as those who verify need it."""

    file: str
    name: str
    verifier: str
    made: bool


class LogPublished(Answer, frozen=True, kw_only=True):
    """How many events are published, and the signed checkpoint (a note of https://c2sp.org/signed-note)."""

    folder: str
    size: int
    before: int
    checkpoint: str


class CheckpointSeen(Answer, frozen=True, kw_only=True):
    """A checkpoint with a witness's signature that it continues all that was seen before."""

    origin: str
    size: int
    checkpoint: str


class SeenBy(Answer, frozen=True, kw_only=True):
    """When a witness saw a checkpoint."""

    witness: str
    at: Stamp


class EventProof(Answer, frozen=True, kw_only=True):
    """The proof of an event (https://c2sp.org/tlog-proof)."""

    position: Position
    proof: str


class EvidenceChecked(Answer, frozen=True, kw_only=True):
    """What was checked: how many events were signed by whom, whether the log of a database was compared, and what differs.

    ``position`` is that of a proof; ``history`` (SHA-256 of its name) and ``version`` say of which event it is.
    """

    origin: str
    size: int
    compared: bool
    witnessed: list[SeenBy]
    findings: list[Finding]
    position: Position | None = None
    history: str | None = None
    version: int | None = None
