"""``case`` from the intake to a rating, as a hall types it: who sits where, what is refused, and what stays sealed."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.application.path.feedback import Receiver, ResultIssued
from domain.application.terms import Outcome, Status
from domain.catalogue.package import HandedOver, Refusal
from domain.catalogue.packaging import PublishPackage
from domain.command import Command
from domain.record import Role
from tests.adapters.cli.city import content_of
from tests.domain.test_packages import PACKAGE
from tests.office import HASH, OPERATOR, START, setting_up
from tests.projections.city import opened
from tests.terminal import Answer, typed

NAME, PHONE, RECEIVER, COMMENT = "欧阳小明", "13800000000", "司马大力", "等了很久"
DESK = ("--by", "F1", "--hall", "H1", "--window", "W1")
CITIZEN = ("--as", "applicant", "--by", "P1")
APPLICANT = ("--applicant", "P1", "--kind", "natural_person", "--name", NAME, "--phone", PHONE)
MARKET = ("--department", "market", "--by", "R1")
DECIDER = ("--department", "market", "--by", "D1")
AT_W3 = ("--window", "W3", "--receiver", RECEIVER, "--identity-checked", "--by", "I1")


class Hall:
    """A hall with its catalogue, at which somebody types a command a minute."""

    def __init__(self, database: str, folder: Path) -> None:
        self._database, self._folder, self.now = database, folder, START
        with opened(database, folder) as found:
            for command in setting_up():
                found.office.execute(command)

    def enter(self, command: type[Command], **fields: Any) -> None:
        """Something that an operator did before."""
        with opened(self._database, self._folder) as found:
            found.office.execute(command(command_id="entered", actor=OPERATOR, occurred_at=self.now, **fields))

    def type(self, *words: str, code: int = 0) -> Answer:
        """Type a command; it must end so, and a refusal is one sentence."""
        self.now += timedelta(minutes=1)
        answer = typed(self._database, self._folder, lambda: self.now, *words)
        assert answer.code == code, answer
        assert "Traceback" not in answer.err
        if code:
            assert answer.out == ""
        return answer

    def case(self, command: str, *words: str, code: int = 0) -> Answer:
        """Something about case C1."""
        return self.type("case", command, "C1", *words, code=code)

    def received(self, item: str = "food") -> "Hall":
        """Given an application at window W1."""
        self.case("intake", "--item", item, "--hall", "H1", "--window", "W1", *APPLICANT, "--by", "F1")
        return self

    def accepted(self, *materials: str, item: str = "food") -> "Hall":
        """Given an accepted application."""
        self.received(item)
        for material in materials:
            self.case("submit", material, "--content-hash", HASH, *CITIZEN)
            self.case("check", material, "--verdict", "accepted", *DESK)
        self.case("accept", *DESK)
        return self

    def ready(self) -> "Hall":
        """Given a result that waits to be handed over."""
        self.accepted("id", "lease")
        for step in ("claim", "approve"):
            self.type("task", step, "C1", "food:market", *MARKET)
        self.case("decide", "--outcome", "granted", *DECIDER)
        self.case("result-ready", "--content-hash", HASH, *MARKET)
        return self

    def handed_over(self) -> str:
        """Given a result in the applicant's hands; the code that was shown with it."""
        shown = self.case("hand-over", *AT_W3, "--taken-by", "applicant").out
        found = re.search(r"with the code (\S+) for its rating", shown)
        assert found is not None
        return found[1]

    def records(self) -> Any:
        """What happened to the case."""
        with opened(self._database, self._folder) as found:
            return found.office.history("C1")

    def state(self) -> Any:
        """How the case stands."""
        with opened(self._database, self._folder) as found:
            return found.office.case("C1")

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything in every table but the keys: one is made before a command is decided, for nothing if it is refused."""
        return {name: rows for name, rows in content_of(self._database).items() if name != "person_keys"}


@pytest.fixture
def hall(database: str, tmp_path: Path) -> Hall:
    return Hall(database, tmp_path)


def test_a_case_shows_its_promised_and_its_statutory_limit_each_with_its_light(hall: Hall) -> None:
    """Accepted on 3 March: ten working days are promised until the 17th, the law gives twenty until the 31st."""
    hall.accepted("id", "lease")
    shown = "promised by 2025-03-17 17:30 ({}), by law 2025-03-31 17:30 ({})"
    assert shown.format("green", "green") in hall.type("history", "C1").out
    hall.now += timedelta(days=15)
    assert shown.format("red", "green") in hall.type("history", "C1").out
    assert shown.format("green", "green") in hall.type("history", "C1", "--as-of", "2025-03-03T12:00").out
    assert shown.format("green", "green") in hall.type("history", "C1", "--at-version", "7").out
    limits = hall.type("history", "C1", "--format", "json").json["limits"]
    assert limits == {
        "promised": {"due_at": "2025-03-17T09:30:00.000000Z", "light": "red"},
        "statutory": {"due_at": "2025-03-31T09:30:00.000000Z", "light": "green"},
    }
    for words in (("queue", "--department", "market"), ("open",)):
        assert "2025-03-31 17:30" in hall.type(*words).out
        answer = hall.type(*words, "--format", "json").json
        (row,) = answer["tasks"] if "tasks" in answer else answer["work"]
        assert (row["light"], row["statutory_light"]) == ("red", "green")
        assert (row["due_at"], row["statutory_due_at"]) == (
            "2025-03-17T09:30:00.000000Z",
            "2025-03-31T09:30:00.000000Z",
        )
    late = ("open", "--late-by-law", "--format", "json")
    assert hall.type(*late).json["open"] == 0
    assert hall.type(*late, "--at", "2025-04-01").json["open"] == 1
    of = ("queue", "--department", "market", "--format", "json", "--statutory-light")
    assert [hall.type(*of, light).json["open"] for light in ("green", "red")] == [1, 0]
    hall.type("task", "claim", "C1", "food:market", *MARKET)
    hall.type("task", "approve", "C1", "food:market", *MARKET)
    hall.case("decide", "--outcome", "granted", *DECIDER)
    assert "promised by" not in hall.type("history", "C1").out


def test_from_the_intake_to_a_rated_handing_over(hall: Hall) -> None:
    for person, window, duty in (("F1", "W1", "intake"), ("I1", "W3", "feedback")):
        shift = ("--from", "2025-03-03", "--until", "2025-03-04", "--duty", duty, "--by", "O1")
        hall.type("hall", "assign", "H1", window, "--person", person, *shift)
    answer = hall.case(
        "intake", "--item", "food", "--hall", "H1", "--window", "W1", *APPLICANT, "--by", "F1", "--format", "json"
    )
    assert answer.json["case"] == "C1"
    hall.case("submit", "id", "--content-hash", HASH, *CITIZEN)
    other = hall.case("check", "id", "--verdict", "accepted", "--by", "F2", "--window", "W1", code=13)
    assert "F2 is not on its rota" in other.err
    hall.case("check", "id", "--verdict", "defective", "--reason", "看不清", *DESK)
    hall.case("check", "lease", "--verdict", "missing", *DESK)
    assert "the one-time notice is given" in hall.case("notice", *DESK).out
    for material in ("id", "lease"):
        hall.case("submit", material, "--content-hash", HASH, *CITIZEN)
        hall.case("check", material, "--verdict", "accepted", *DESK)
    hall.case("accept", *DESK)
    for step in ("claim", "approve"):
        hall.type("task", step, "C1", "food:market", *MARKET)
    hall.case("decide", "--outcome", "granted", *DECIDER)
    hall.case("result-ready", "--content-hash", HASH, *MARKET)
    hall.case("hand-over-failed", "--delivery", "post", "--failure", "sent_back", "--by", "I1")
    by_proxy = ("--taken-by", "proxy", "--mandate", HASH)
    given = hall.case("hand-over", *AT_W3, *by_proxy, "--format", "json").json
    rating = ("--code", given["rating_code"], "--grade", "2", "--tag", "slow", "--tag", "far", "--comment", COMMENT)
    assert "is not the applicant" in hall.case("rate", *rating, "--by", "P2", code=13).err
    assert "it is rated 2" in hall.case("rate", *rating, "--by", "P1").out
    state, records = hall.state(), hall.records()
    assert (state.status, state.outcome, state.grade) == (Status.EVALUATED, Outcome.GRANTED, 2)
    assert state.rectification is not None
    (issued,) = (record for record in records if isinstance(record.event, ResultIssued))
    assert (issued.event.taken_by, issued.act.actor.window) == (Receiver.PROXY, "W3")
    assert records[0].act.actor.hall == "H1"
    assert not [word for word in (NAME, PHONE, RECEIVER, COMMENT) if word in repr(hall.content())]


def test_a_rating_may_be_anonymous(hall: Hall) -> None:
    code = hall.ready().handed_over()
    one_of_them = "give either --by PERSON or --anonymous"
    assert one_of_them in hall.case("rate", "--grade", "5", code=2).err
    assert one_of_them in hall.case("rate", "--grade", "5", "--by", "P1", "--anonymous", code=2).err
    hall.case("rate", "--grade", "5", "--anonymous", "--code", code.lower().replace("-", " "))
    act = hall.records()[-1].act
    assert (act.actor.person, act.actor.role) == ("anonymous", Role.APPLICANT)


def test_a_rating_without_the_code_is_refused_and_listed_and_the_right_one_still_works(hall: Hall) -> None:
    code = hall.ready().handed_over()
    assert code not in repr(hall.content())
    assert code not in repr([record.event for record in hall.records()])
    for wrong in ((), ("--code", "AAAA-BBBB-CCCC")):
        assert "with the code that was given" in hall.case("rate", "--grade", "5", "--anonymous", *wrong, code=13).err
    attempts = hall.type("attempts", "--format", "json").json
    assert [(tried["command"], tried["missing"]) for tried in attempts] == [
        ("Evaluate", "the code given at the handing over")
    ] * 2
    hall.case("rate", "--grade", "1", "--anonymous", "--code", code)
    assert hall.state().grade == 1


def test_an_application_that_is_refused_or_taken_back(hall: Hall) -> None:
    hall.received()
    hall.case("check", "id", "--verdict", "waived", "--reason", "系统核验", *DESK)
    hall.case("check", "lease", "--verdict", "missing", *DESK)
    hall.case("notice", *DESK)
    paper = ("--content-hash", HASH, "--remedies", "行政复议")
    why = ("--reasons", "未补正", "--legal-basis", "行政许可法 32", *paper)
    assert (
        "was not named by the one-time notice"
        in hall.case("refuse-acceptance", *why, "--material", "id", *DESK, code=12).err
    )
    assert (
        "do not refuse it as incomplete before then"
        in hall.case("refuse-acceptance", *why, "--material", "lease", *DESK, code=12).err
    )
    hall.now += timedelta(days=3)
    hall.case("submit", "lease", "--content-hash", HASH, *DESK)
    hall.now += timedelta(days=5)
    unsigned = ("check", "lease", "--verdict", "defective", "--reason", "未签名", "--defect")
    assert "not as not_signed" in hall.case(*unsigned, "not_signed", *DESK, code=12).err
    hall.case(*unsigned, "another_paper", *DESK)
    assert (
        "do not refuse it as incomplete before then"
        in hall.case("refuse-acceptance", *why, "--material", "lease", *DESK, code=12).err
    )
    hall.now += timedelta(days=3)  # told after the period, as many days as were left when it came
    hall.case("refuse-acceptance", *why, "--material", "lease", *DESK)
    assert (hall.state().status, hall.state().under_way) == (Status.NOT_ACCEPTED, True)
    code = hall.handed_over()
    assert (hall.state().status, hall.state().under_way) == (Status.NOT_ACCEPTED, False)
    hall.case("rate", "--grade", "2", "--code", code, "--by", "P1")
    online = ("--hall", "H1", "--channel", "online", "--item", "park", *APPLICANT)
    hall.type("case", "intake", "C2", *online, *CITIZEN)
    assert (
        "not the applicant"
        in hall.type("case", "withdraw", "C2", "--reason", "x", "--as", "applicant", "--by", "P2", code=13).err
    )
    hall.type("case", "withdraw", "C2", "--reason", "不办了", *CITIZEN)


def test_a_task_is_returned_and_refused_and_so_is_the_case(hall: Hall) -> None:
    hall.received()
    hall.case("submit", "id", "--content-hash", HASH, *DESK)
    hall.case("check", "id", "--verdict", "accepted", *DESK)
    hall.case("check", "lease", "--verdict", "missing", *DESK)
    hall.case("notice", *DESK)
    hall.case("submit", "lease", "--content-hash", HASH, *DESK)
    hall.case("check", "lease", "--verdict", "accepted", *DESK)
    hall.case("accept", *DESK)
    task = ("C1", "food:market", *MARKET)
    hall.type("task", "claim", *task)
    hall.type("task", "return", *task, "--material", "lease", "--reason", "补租期")
    assert hall.state().clock_stopped
    hall.case("submit", "lease", "--content-hash", HASH, *CITIZEN)
    why = ("--reasons", "不符合条件", "--legal-basis", "行政许可法 38")
    hall.type("task", "refuse", *task, *why)
    refused = ("decide", *DECIDER, "--outcome", "refused", *why)
    assert (
        "a refusal must name its reasons, its legal basis and the remedies; give all three"
        in hall.case(*refused, code=12).err
    )
    hall.case(*refused, "--remedies", "行政复议")
    assert hall.state().outcome is Outcome.REFUSED


def test_a_package_is_applied_for_and_a_part_of_it_withdrawn(hall: Hall) -> None:
    hall.enter(PublishPackage, package_id="shop", package=PACKAGE)
    at_w1 = ("--hall", "H1", "--window", "W1", *APPLICANT, "--by", "F1")
    hall.case("intake", "--package", "shop", "--condition", "builds", *at_w1)
    assert [ref.item_id for ref in hall.state().items] == ["food", "building", "homestead"]
    assert "has no part park" in hall.case("withdraw", "--part", "park", "--reason", "不办", *DESK, code=12).err
    hall.case("withdraw", "--part", "building", "--reason", "不建房", *CITIZEN)
    assert hall.state().withdrawn_parts == ("building",)


def test_an_item_of_a_package_is_handed_over_before_the_others_are_decided(hall: Hall) -> None:
    each = replace(PACKAGE, refusal=Refusal.EACH_BY_ITSELF, handed_over=HandedOver.EACH)
    hall.enter(PublishPackage, package_id="shop", package=each)
    hall.case("intake", "--package", "shop", "--hall", "H1", "--window", "W1", *APPLICANT, "--by", "F1")
    for material in ("id", "lease"):
        hall.case("submit", material, "--content-hash", HASH, *CITIZEN)
        hall.case("check", material, "--verdict", "accepted", *DESK)
    hall.case("accept", *DESK)
    for step in ("claim", "approve"):
        hall.type("task", step, "C1", "food:market", *MARKET)
    food = ("--item", "food")
    assert "waits for the approval of" in hall.case("decide", "--outcome", "granted", *DECIDER, code=12).err
    assert "food is granted" in hall.case("decide", "--outcome", "granted", *DECIDER, *food).out
    assert "the result of food is ready" in hall.case("result-ready", "--content-hash", HASH, *MARKET, *food).out
    hall.case("hand-over-failed", "--delivery", "post", "--failure", "sent_back", *food, "--window", "W3", "--by", "I1")
    assert "the result of food is handed over" in hall.case("hand-over", *AT_W3, "--taken-by", "applicant", *food).out
    shown = hall.type("history", "C1").out
    assert "food: granted, handed over" in shown
    assert "homestead: not decided" in shown
    assert hall.state().under_way


def test_a_material_is_promised_by_a_day(hall: Hall) -> None:
    hall.received("restaurant")
    promise = ("check", "plan", "--verdict", "deferred", "--commitment", HASH, *DESK, "--promised-by")
    assert "--promised-by: 'soon' is not a day" in hall.case(*promise, "soon", code=2).err
    hall.case(*promise, "2025-03-20")
    assert str(hall.state().materials["plan"].promised_by) == "2025-03-20"


def test_who_broke_a_promise_is_excluded_from_the_next_one_and_readmitted(hall: Hall) -> None:
    why = ("--reason", "逾期未补", "--by", "O1")
    hall.received("restaurant")
    hall.case("submit", "id", "--content-hash", HASH, *CITIZEN)
    hall.case("check", "id", "--verdict", "accepted", *DESK)
    hall.case("check", "plan", "--verdict", "deferred", "--commitment", HASH, "--promised-by", "2025-03-20", *DESK)
    hall.case("accept", *DESK)
    nothing_broken = hall.type("hall", "exclude", "H1", "--case", "C1", *why, code=2)
    assert "--case C1: nobody broke a promise in this case" in nothing_broken.err
    hall.now += timedelta(days=30)
    hall.case(
        "file-document", "--content-hash", HASH, "--what", "迟到的平面图", "--by", "F1", "--window", "W1"
    )  # the promise lapsed before it
    assert hall.state().status is Status.SENT_BACK
    hall.type("hall", "exclude", "H1", "--case", "C1", "--until", "2026-01-01", *why)
    (row,) = hall.type("hall", "excluded", "H1", "--format", "json").json
    assert (row["applicant"], row["case"], row["until"][:16]) == ("P1", "C1", "2025-12-31T16:00")
    assert "1 exclusion of hall H1" in hall.type("hall", "excluded", "H1").out
    again = ("--item", "restaurant", "--hall", "H1", "--window", "W1", *APPLICANT, "--by", "F1")
    hall.type("case", "intake", "C2", *again)
    promise = (
        "case",
        "check",
        "C2",
        "plan",
        "--verdict",
        "deferred",
        "--commitment",
        HASH,
        "--promised-by",
        "2025-04-20",
        *DESK,
    )
    assert "who broke a promise in case C1; have material plan handed in" in hall.type(*promise, code=12).err
    hall.type("hall", "readmit", "H1", "--applicant", "P1", "--reason", "已履行", "--by", "O1")
    hall.type(*promise)


WRONG_INTAKES: dict[str, tuple[tuple[str, ...], str, int]] = {
    "no item": ((), "must name either service items or one package", 12),
    "an unknown item": (("--item", "moon"), "service item moon is not in the catalogue", 14),
    "an unknown package": (("--package", "moon"), "package moon is not in the catalogue", 14),
    "an item of another zone": (("--item", "shop"), "is for a legal_person", 12),
    "an unknown hall": (("--item", "food", "--hall", "H9"), "hall H9 is not known", 14),
    "an unknown window": (("--item", "food", "--window", "W9"), "has no window W9", 13),
    "a window that hands out": (("--item", "food", "--window", "W3"), "go to an intake window", 12),
    "a window for a letter": (
        ("--item", "food", "--channel", "post"),
        "an application by post comes in at no window",
        12,
    ),
    "an import": (("--item", "food", "--channel", "import"), "is for imported logs", 12),
    "no name": (("--item", "food", "--name", ""), "name: is empty", 2),
    "no number of who applies": (("--item", "food", "--applicant", ""), "applicant_id: is empty", 2),
    "nobody": (("--item", "food", "--by", ""), "--by: is empty", 2),
    "in another's name": (("--item", "food", "--as", "applicant", "--by", "P2"), "P2 is not the applicant", 13),
}


def test_a_wrong_intake_is_one_sentence_and_records_nothing(hall: Hall) -> None:
    before = hall.content()
    for what, (words, says, code) in WRONG_INTAKES.items():
        given = ("--hall", "H1", "--window", "W1", *APPLICANT, "--by", "F1", *words)
        err = hall.case("intake", *given, code=code).err
        assert says in err, what
        assert len([line for line in err.splitlines() if line.startswith("onewindow: ")]) == 1, what
        assert NAME not in err, what
    assert hall.content() == before


WRONG_HAND_OVERS: dict[str, tuple[tuple[str, ...], str, int]] = {
    "no receiver": (("--window", "W3"), "a person who is named and whose identity was checked", 12),
    "no window": ((), "acts at a window of hall H1; name the window", 13),
    "a proxy without a mandate": ((*AT_W3, "--taken-by", "proxy"), "mandate: name one for a proxy", 12),
    "a mandate that is no hash": ((*AT_W3, "--taken-by", "proxy", "--mandate", "xyz"), "mandate: is not a SHA-256", 2),
    "a letter without a number": (("--delivery", "post", "--window", "W3"), "tracking: name a number if", 12),
    "a window that takes in": (("--window", "W2"), "does not hand out results", 12),
    "a hall that is another": ((*AT_W3, "--taken-by", "applicant", "--hall", "H2"), "hall H2 is not known", 14),
}  # fmt: skip


def test_a_wrong_handing_over_or_rating_is_one_sentence_and_records_nothing(hall: Hall) -> None:
    before = hall.ready().content()
    assert "possible only while it is issued" in hall.case("rate", "--grade", "5", "--by", "P1", code=12).err
    assert "grade: is more than 5" in hall.case("rate", "--grade", "9", "--by", "P1", code=2).err
    assert "case C9 is not known" in hall.type("case", "hand-over", "C9", *AT_W3, code=14).err
    for what, (words, says, code) in WRONG_HAND_OVERS.items():
        err = hall.case("hand-over", "--by", "I1", *words, code=code).err
        assert says in err, what
        assert RECEIVER not in err, what
    assert hall.content() == before


def test_what_is_not_typed_as_the_command_line_knows_it_is_refused_by_name(hall: Hall) -> None:
    for option, value in (("--channel", "fax"), ("--kind", "ghost"), ("--as", "king")):
        err = hall.case("intake", "--hall", "H1", *APPLICANT, "--by", "F1", option, value, code=2).err
        assert value in err
    assert "--name" in hall.case("intake", "--hall", "H1", "--applicant", "P1", "--kind", "legal_person", code=2).err
