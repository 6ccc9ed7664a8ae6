"""The closed lists of an application: where it stands, what was found, what came of it, and on which ground."""

from enum import StrEnum


class Channel(StrEnum):
    """How an application came in (收件渠道)."""

    WINDOW = "window"
    ONLINE = "online"
    KIOSK = "kiosk"
    POST = "post"
    IMPORT = "import"


class Status(StrEnum):
    """Where an application stands on its path."""

    NEW = "new"
    RECEIVED = "received"
    SUPPLEMENTING = "supplementing"
    IN_REVIEW = "in_review"
    DECIDED = "decided"
    RESULT_READY = "result_ready"
    ISSUED = "issued"
    EVALUATED = "evaluated"
    UNCOLLECTED = "uncollected"
    NOT_ACCEPTED = "not_accepted"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    REVOKED = "revoked"
    TERMINATED = "terminated"
    IMPORTED = "imported"


class Verdict(StrEnum):
    """What the check of a material found (材料审查)."""

    ACCEPTED = "accepted"
    DEFECTIVE = "defective"
    MISSING = "missing"
    WAIVED = "waived"
    DEFERRED = "deferred"


class Defect(StrEnum):
    """Of what kind a defect of a material is. ``another_paper``: what is asked for is not there, though something was handed in."""

    ANOTHER_PAPER = "another_paper"
    NOT_SIGNED = "not_signed"
    NOT_SEALED = "not_sealed"
    ILLEGIBLE = "illegible"
    PAGES_MISSING = "pages_missing"
    COPY = "copy"
    EXPIRED = "expired"
    WRONG_FORM = "wrong_form"
    CONTRADICTORY = "contradictory"
    OTHER = "other"


class Outcome(StrEnum):
    """The decision on the application as a whole (决定)."""

    GRANTED = "granted"
    PARTLY_GRANTED = "partly_granted"
    REFUSED = "refused"


class Correctable(StrEnum):
    """What of an event can be set right: when it happened; at its intake also the window, and the channel."""

    OCCURRED_AT = "occurred_at"
    WINDOW = "window"
    CHANNEL = "channel"


class Ground(StrEnum):
    """Why a clock stands still: the closed list of the Administrative Licensing Law, article 45, another law, and supplements."""

    SUPPLEMENT = "supplement"
    HEARING = "hearing"
    TENDER = "tender"
    AUCTION = "auction"
    INSPECTION = "inspection"
    TEST = "test"
    QUARANTINE = "quarantine"
    APPRAISAL = "appraisal"
    EXPERT_REVIEW = "expert_review"
    PUBLICATION = "publication"
    ANOTHER_LAW = "another_law"


class TaskStatus(StrEnum):
    """Where a department's part stands (部门审批)."""

    OPEN = "open"
    CLAIMED = "claimed"
    RETURNED = "returned"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


UNSETTLED = (TaskStatus.OPEN, TaskStatus.CLAIMED, TaskStatus.RETURNED)
"""While a department still has to say something."""


class AppealResult(StrEnum):
    """What came out of an appeal (复议结果): the closed list of the Administrative Reconsideration Law, articles 63 to 69 and 73.

    What is annulled, changed or ordered to be done is taken up again; what is upheld or only confirmed as unlawful is not, nor an
    appeal that was withdrawn or settled without it.
    """

    ANNULLED = "annulled"
    CHANGED = "changed"
    ORDERED_TO_ACT = "ordered_to_act"
    UPHELD = "upheld"
    CONFIRMED_UNLAWFUL = "confirmed_unlawful"
    WITHDRAWN = "withdrawn"

    @property
    def reopens(self) -> bool:
        """Whether the case is taken up again."""
        return self in (AppealResult.ANNULLED, AppealResult.CHANGED, AppealResult.ORDERED_TO_ACT)


class NotAccepted(StrEnum):
    """Why an application is not accepted: the closed list of the Administrative Licensing Law, article 32 (1) (2) (4)."""

    NOT_REQUIRED = "not_required"
    NOT_IN_POWERS = "not_in_powers"
    INCOMPLETE = "incomplete"
