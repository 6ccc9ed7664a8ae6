"""Every command of the command line with real words, in an order in which most of them can be done: a morning in a tiny city."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from adapters.bootstrap import installation
from adapters.settings import Settings
from tests.adapters.cli.city import MORNING, Day, received
from tests.reference.command_tree import tree
from tests.terminal import Answer, typed

LINES = """
read    history C1
read    verify
owner   db upgrade
read    db status
read    db check
read    db backup {d}/records.db --keys {d}/keys.db
owner   db restore {d}/records.db --keys {d}/keys.db
owner   key rotate
write   import {d}/log.csv --mapping receipt
write   batch {d}/batch.jsonl
read    export xes {d}/out.xes
read    export log {d}/out.jsonl
write   department establish fire --zh 消防救援局 --en Fire --by O1
write   staff join R5 --name 赵六 --role reviewer --department fire --all-halls --by O1
write   staff join I2 --name 钱七 --role issuer --hall H1 --by O1
write   staff give-role I2 --role front_desk --hall H1 --by O1
write   staff take-role I2 --role issuer --hall H1 --reason 调岗 --by O1
write   staff substitute R1 --substitute R2 --until 2025-03-05T18:00+08:00 --reason 休假 --by B1
write   staff back R1 --substitute R2 --by B1
write   staff hand-over F2 --to F1 --reason 调岗 --by O1
read    staff list
read    staff show F1
write   staff leave I2 --reason 离职 --by O1
write   staff first-operator Z9 --name 孙
read    city export {d}/copy
write   hall load {d}/halls.yaml --by O1
write   hall open-window H1 W2 --kind comprehensive --zone natural_person --reason 增设 --by O1
write   hall open-window H1 W3 --kind comprehensive --zone natural_person --reason 增设 --by O1
write   hall open-window H1 W4 --kind comprehensive --zone natural_person --reason 增设 --by O1
write   hall move-window H1 W2 --zone legal_person --reason 调整 --by O1
write   hall merge-windows H1 W3 W4 --into W5 --zone natural_person --order 令1 --by O1
write   hall close-window H1 W2 --reason 撤销 --by O1
write   hall lay-out H1 {d}/layout.yaml --by O1
write   hall hours H1 --hours 08:30-17:30 --reason 延时 --by O1
write   hall assign H1 W1 --person F1 --from 2025-03-03T09:00 --until 2025-03-07 --duty intake --duty queue --by O1
write   hall assign H1 W1 --person I1 --from 2025-03-03T09:00 --until 2025-03-07 --duty feedback --by O1
write   hall favours H1 --favour pregnant --reason 便民 --by O1
read    hall list
read    hall show H1
read    hall windows
write   calendar load {d}/calendar.toml --hall H1 --by O1
read    calendar show --hall H1
write   calendar recount --hall H1 --order 令2 --notice 公告 --by O1
read    catalogue list
read    catalogue packages
read    catalogue show food
write   catalogue change food --from 2025-03-10 --order 令3 --reason 减材料 --add-material plan=平面图/Plan --by O1
read    catalogue diff food
read    catalogue export
write   catalogue load {d}/catalogue.yaml --by O1
read    department list
write   ticket take H1 --zone natural_person --matter food --by F1
write   ticket call H1 W1 --by F1
write   ticket recall {ticket} --window W1 --by F1
write   ticket serve {ticket} --item food --window W1 --by F1
write   ticket take H1 --zone natural_person --matter food --by F1
write   ticket call H1 W1 --by F1
write   ticket transfer {ticket} --window W1 --reason 换窗 --by F1
write   ticket call H1 W1 --by F1
write   ticket no-show {ticket} --window W1 --by F1
write   ticket take H1 --zone natural_person --matter food --by F1
write   ticket call H1 W1 --by F1
write   ticket leave {ticket} --window W1 --reason 有事 --by F1
write   ticket take H1 --zone natural_person --matter food --by F1
write   ticket give-up {ticket} --by F1
write   ticket book H1 --zone natural_person --matter food --at 2025-03-04T10:00 --by F1
write   ticket arrive {ticket} --by F1
read    ticket queue H1
read    ticket show {ticket}
write   case submit C1 id-card --content-hash {hash} --by F1 --window W1
write   case check C1 id-card --verdict accepted --by F1 --window W1
write   case accept C1 --by F1 --window W1
write   task claim C1 food:review --by R1
write   task release C1 food:review --by R1
write   task claim C1 food:review --by R1
write   task delegate C1 food:review --to R2 --by R1
write   task reassign C1 food:review --to R1 --reason 调整 --by B1
write   task snooze C1 food:review --until 2025-03-04 --by R1
write   task ask C1 food:review --question 地址是否一致？ --by R1
write   task answer C1 {question} --answer 一致 --by F1 --window W1
write   task stop-clock C1 s1 --ground inspection --notice N1 --working-days 3 --inspected-by R1 --inspected-by R2 --by R1
write   task resume-clock C1 s1 --by R1
write   task return C1 food:review --material id-card --reason 不清 --by R1
write   case submit C1 id-card --content-hash {hash} --by F1 --window W1
write   case check C1 id-card --verdict accepted --by F1 --window W1
write   case extend C1 --notice N2 --by B1
write   case refuse-extension C1 --asked-by R1 --reason 不必 --by B1
write   task approve C1 food:review --by R1
write   case decide C1 --outcome granted --by R9
write   case result-ready C1 --content-hash {hash} --by R1
write   case hand-over-failed C1 --delivery window --failure not_found --by I1 --window W1
write   case hand-over C1 --by I1 --window W1 --taken-by applicant --receiver 欧阳小明 --identity-checked
write   case rate C1 --grade 1 --anonymous --code {code}
write   case rating-verify C1 --founded --finding 属实 --by B1
write   case rating-reply C1 --measures 整改 --reply 致歉 --by B1
write   case rating-review C1 --satisfied --note 回访 --by B1
write   case rating-close C1 --reply 不成立 --by B1
write   case file-document C1 --what 复议决定 --content-hash {hash} --by F1 --window W1
write   case correct C1 --event 1 --correction 窗口应为W9 --field window --value W9 --confirmed-by D1 --reason 笔误 --by F1 --window W1
write   case revoke C1 --ground obtained_by_fraud --reason 造假 --legal-basis 69条 --order 令5 --remedies 复议 --by B2
write   case reopen C1 --order 令4 --result annulled --reason 复议 --by B2
write   case intake C2 --hall H1 --kind natural_person --name 李 --applicant P2 --item food --window W1 --by F1
write   case check C2 id-card --verdict missing --by F1 --window W1
write   case notice C2 --by F1 --window W1
write   case intake C3 --hall H1 --kind natural_person --name 王 --applicant P2 --item food --window W1 --by F1
write   case merge C3 --into C2 --reason 重复 --by F1 --window W1
write   case intake C4 --hall H1 --kind natural_person --name 张 --item food --channel online --by F1
write   case claim C4 --by F1 --window W1
write   case refuse-acceptance C4 --reasons 不属于 --legal-basis 32条 --remedies 复议 --ground not_in_powers --competent-office 他处 --content-hash {hash} --by F1 --window W1
write   case intake C5 --hall H1 --kind natural_person --name 陈 --item food --window W1 --by F1
write   case withdraw C5 --reason 不办了 --by F1 --window W1
write   case intake C6 --hall H1 --kind natural_person --name 周 --item food --window W1 --by F1
write   case transfer C6 --hall H2 --reason 就近 --by F1 --window W1
write   case cancel C1 --ground expired --reason 到期 --legal-basis 70条 --order 令6 --content-hash {hash} --by B2
write   case move food --to 1 --reason 统一 --by O1
write   task approve-alike --item food --department market --by R1
write   task refuse C2 food:review --reasons 不符 --legal-basis 35条 --by R1
write   case terminate C2 --ground force_majeure --reason 注销 --legal-basis 70条 --by B1
write   hall exclude H1 --case C2 --reason 失信 --by O1
write   hall readmit H1 --applicant P1 --reason 期满 --by O1
read    hall excluded H1
write   hall relieve H1 W1 --person F1 --by O1
read    case find --state issued
read    desk --hall H1 --window W1
read    queue --department market
read    open
read    intake --hall H1
read    due
write   tick
write   project
read    project status
read    project parked
write   project retry
read    report processing-time --by hall --by item --clock calendar
read    report reform --before 2025-01-01..2025-01-31 --after 2025-03-01..2025-03-31
read    report evidence windows --from 2025-03-01 --to 2025-03-31
none    evidence key --name example.org/office --key {d}/log.key
read    evidence publish {d}/log --key {d}/log.key
none    evidence proof 1 --from {d}/log --verifier {verifier}
none    evidence key --name example.org/witness --witness --key {d}/witness.key
none    evidence cosign {d}/log --verifier {verifier} --key {d}/witness.key
read    evidence check {d}/log --verifier {verifier}
read    attempts
none    rights
none    db grants
none    city init {d}/city
none    city check {d}/city
write   city load {d}/copy --reason 恢复 --by O1
owner   project rebuild
owner   project rollback open_work
owner   project drop open_work
write   simulate --halls 1 --days 1 --seed 4 --arrivals 1 --into-existing
""".strip().splitlines()
"""What a line does to the database (reads, records, is for the owner of its tables, nothing), and its words."""
NOT_HERE = {"demo"}
"""It makes a database of its own."""
BEGINNING = MORNING + timedelta(minutes=15)
HASH = "ab" * 32
ROW = "Internet,L-1,,General,,,,,,task-1,{activity},complete,Group 1,R,2011-02-0{day}T10:00:00+08:00\n"
HEADER = (
    "case:channel,case:concept:name,case:deadline,case:department,case:enddate,case:enddate_planned,case:group,case:responsible,"
    "case:startdate,concept:instance,concept:name,lifecycle:transition,org:group,org:resource,time:timestamp\n"
)


HALL = """halls:
  - hall: {hall}
    name: {{zh: 大厅, en: Hall}}
    layout: after
    windows:
      - {{window: W1, kind: comprehensive, zone: natural_person}}
      - {{window: W9, kind: comprehensive, zone: natural_person}}
"""
CALENDAR = '[[year]]\nyear = 2027\nholidays = ["2027-02-05..2027-02-11"]\n'
TOLD = {
    "ticket": r"(H1-\d{8}-N\d+)",
    "question": r"question (\w+)",
    "code": r"code ([\w-]+)",
    "verifier": r"(example\.org/office\+\S+)",
}
"""What answers tell that later lines need."""


class Line(NamedTuple):
    """A line as it was typed: for whom it is, the command, its words as they stand above, and its answer."""

    kind: str
    command: str
    words: str
    answer: Answer


def leaves(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command that can be typed, by its words."""
    command = command or tree()
    parts = getattr(command, "commands", {})
    if not parts or getattr(command, "invoke_without_command", False):
        yield " ".join(path)
    for name, part in parts.items():
        yield from leaves(part, (*path, name))


def lines_of(kinds: str) -> Iterator[tuple[str, str]]:
    """The kind and the words of each line of these kinds."""
    for line in LINES:
        kind, words = line.split(maxsplit=1)
        if kind in kinds.split():
            yield kind, words


def command_of(words: str) -> str:
    """The command that some words give."""
    found = [leaf for leaf in leaves() if f"{words} ".startswith(f"{leaf} ")]
    return max(found, key=len)


def write_files(folder: Path) -> None:
    """The files that the lines name."""
    (folder / "log.csv").write_text(HEADER + ROW.format(activity="a", day=3) + ROW.format(activity="b", day=4))
    line = {
        "command": "register-intake",
        "id": "post/1",
        "by": {"person": "F1", "role": "front_desk", "hall": "H1", "window": "W1"},
        "data": {
            "case_id": "B1",
            "items": ["food"],
            "channel": "window",
            "hall": "H1",
            "window": "W1",
            "applicant": {"applicant_id": "P17", "kind": "natural_person", "name": "司马"},
        },
    }
    (folder / "halls.yaml").write_text(HALL.format(hall="H2"), encoding="utf-8")
    (folder / "layout.yaml").write_text(HALL.format(hall="H1"), encoding="utf-8")
    (folder / "calendar.toml").write_text(CALENDAR, encoding="utf-8")
    (folder / "batch.jsonl").write_text(json.dumps(line) + "\n")


def an_application_at_nine(database: str, folder: Path) -> None:
    """The city with one application, recorded before the first line is typed."""
    settings = Settings(database_url=database, master_key_file=folder / "master.key")
    with installation(settings, now=lambda: BEGINNING) as found:
        received(Day(found))


def every_command(database: str, folder: Path, kinds: str = "read write owner none", at_hours: int = 0) -> list[Line]:
    """Type the lines of these kinds one after the other, a minute apart, from some hours after the beginning."""
    write_files(folder)
    clock = BEGINNING + timedelta(hours=at_hours)

    def now() -> datetime:
        return clock

    done: list[Line] = []
    found = {"d": str(folder), "hash": HASH, "ticket": "none", "question": "none", "code": "none", "verifier": "none"}
    for kind, words in lines_of(kinds):
        clock += timedelta(minutes=1)
        answer = typed(database, folder, now, *shlex.split(words.format(**found)))
        done.append(Line(kind, command_of(words), words, answer))
        found |= _found(words, answer, folder)
    return done


def _found(words: str, answer: Answer, folder: Path) -> dict[str, str]:
    """What later lines need of an answer; and the file that one of them names, as it was exported."""
    if words.startswith("catalogue export"):
        (folder / "catalogue.yaml").write_text(answer.out, encoding="utf-8")
    return {name: told[1] for name, pattern in TOLD.items() if (told := re.search(pattern, answer.out))}
