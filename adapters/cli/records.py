"""``history``, ``verify``: the records themselves."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from msgspec.structs import asdict

from adapters.bootstrap import Installation
from adapters.cli.answers.histories import BothLimits, CaseHistory, CaseState, OpenedApplicant
from adapters.cli.answers.histories import LitLimit as Limit
from adapters.cli.history_events import history_events
from adapters.cli.options import (
    DatabaseOption,
    Format,
    FormatOption,
    WrongInput,
    moment,
    opened,
    progress_bar,
    zone_of,
)
from adapters.cli.output import last_moment, local, say_json, say_table, tell
from adapters.language.event_sentence import sentence
from adapters.language.titles import title
from adapters.language.translation import in_language
from adapters.store import audit
from domain.application.limits.both_limits import LitLimit, lit
from domain.application.path.item_by_item import result_of
from domain.application.state import Application
from domain.exit_code import ExitCode
from domain.history import APPLICATIONS
from domain.number_of import number_of
from domain.record import Record, stamp
from domain.sealing import Sealed
from projections.engine.projection import transitions
from projections.views.all_views import VIEWS
from projections.views.case_file import line

FINDINGS_SHOWN = 50


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    app.command("history")(history)
    app.command("verify")(verify)


def history(
    case: Annotated[str, typer.Argument(metavar="CASE", help="The case number.")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="TIME", help="Show it as it stood at this time.")
    ] = None,
    by: Annotated[
        str, typer.Option(help="Which time --as-of means: when an event 'occurred', or when it was 'recorded'.")
    ] = "occurred",
    at_version: Annotated[
        int | None, typer.Option("--at-version", metavar="N", min=1, help="Show it after its first N events.")
    ] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show a case: its state, and every event with who did it, where and when."""
    if as_of is not None and at_version is not None:
        raise WrongInput("give either --as-of or --at-version, not both")
    if by not in ("occurred", "recorded"):
        raise WrongInput(f"--by {by!r} is not a time; write occurred or recorded")
    with opened(database) as installation:
        records, then = installation.office.history(case), installation.now()
        if at_version is not None:
            if at_version > len(records):
                raise WrongInput(
                    f"case {case} has {number_of(len(records), 'event')}; there is no version {at_version}, name a smaller one"
                )
            records = records[:at_version]
            then = max(record.act.occurred_at for record in records)
        if as_of is not None:
            then = moment(as_of, "--as-of", zone_of(installation, installation.office.case(case).hall))
            records = [r for r in records if (r.act.occurred_at if by == "occurred" else r.act.recorded_at) <= then]
            if not records:
                raise WrongInput(f"case {case} had no event yet at {as_of}; name a later time")
        show_history(installation, case, records, format_, then)


def show_history(
    installation: Installation,
    case: str,
    records: list[Record],
    format_: Format = Format.TABLE,
    at: datetime | None = None,
) -> None:
    """A case after these records, and the records in words; its limits with their lights of a moment, or of now."""
    told = list(transitions(Application(case_id=case), records))
    state = told[-1].after
    assert isinstance(state, Application)
    city = installation.office.city()
    promised, by_law = lit(state, at or installation.now())
    applicant = state.applicant and installation.vault.open("name", state.applicant.name)
    if format_ is Format.JSON:
        say_json(
            CaseHistory(
                case=case,
                limits=BothLimits(promised=_limit(promised), statutory=_limit(by_law)),
                state=_state(installation, state),
                events=history_events(installation, APPLICATIONS + case, told),
            )
        )
        return
    lines = [line(transition, city) for transition in told]
    zone = ZoneInfo(city.hall(state.hall).calendars[-1].time_zone if state.hall else "UTC")
    parts = [f"case {case}: {state.status.value}"]
    if applicant:
        parts.append(f"applicant {applicant}")
    if state.outcome:
        parts.append(f"outcome {state.outcome.value}")
    if promised:
        parts.append(f"promised by {last_moment(promised.due_at, zone)} ({promised.light})")
    if by_law:
        parts.append(f"by law {last_moment(by_law.due_at, zone)} ({by_law.light})")
    tell(", ".join(map(in_language, parts)))
    for told_of in _items(state):
        tell(told_of)
    rows = [
        {
            "no": each.version,
            f"occurred ({zone.key})": local(each.occurred_at, zone),
            "event": title(each.title),
            "words": sentence(record.event, zone),
            "who": f"{each.person} ({each.role})",
            "where": " ".join(part for part in (each.department, each.hall, each.window) if part),
            "status": each.status,
        }
        for each, record in zip(lines, records, strict=True)
    ]
    say_table(number_of(len(rows), "event"), rows, list(rows[0]))


def _items(state: Application) -> list[str]:
    """What became of each item of several, a line each; nothing before one of them is decided."""
    withdrawn = set(state.withdrawn_parts).difference(state.sent_back_parts, state.parts_not_accepted)
    names = [ref.item_id for ref in state.items if ref.item_id not in withdrawn]
    told = len(names) > 1 and (state.item_outcomes or state.sent_back_parts or state.parts_not_accepted)
    return [f"  {name}: {_how_far(state, name)}" for name in names if told]


def _how_far(state: Application, item: str) -> str:
    if item in state.sent_back_parts:
        return "sent back, because a promised material was not handed in"
    if (paper := state.parts_not_accepted.get(item)) is not None:
        return f"not accepted, the written decision {'handed over' if paper.issued else 'waits to be handed over'}"
    if item in state.fell_with:
        return f"not decided on its merits; not granted because of {state.fell_with[item]}"
    outcome, result = state.item_outcomes.get(item), result_of(state, item)
    if outcome is None or result is None:
        return outcome.value if outcome is not None else "not decided"
    return f"{outcome.value}, {'handed over' if result.issued else 'ready' if result.ready else 'result not ready'}"


def _limit(limit: LitLimit | None) -> Limit | None:
    return None if limit is None else Limit(due_at=stamp(limit.due_at), light=limit.light.value)


def _state(installation: Installation, state: Application) -> CaseState:
    """The state for programs: personal data opened where its key is there, erased otherwise."""
    applicant = state.applicant
    if applicant is None:
        return CaseState(**asdict(state))
    sealed = {name: getattr(applicant, name) for name in ("name", "identity_number", "phone", "address")}
    opened_ = {name: installation.vault.open(name, box) for name, box in sealed.items() if isinstance(box, Sealed)}
    who = OpenedApplicant(applicant_id=applicant.applicant_id, kind=applicant.kind.value, **opened_)
    return CaseState(**{**asdict(state), "applicant": who})


def verify(
    anew: Annotated[
        bool,
        typer.Option(
            "--anew/--no-anew",
            help="Also decide every recorded command again, and compare the events with those recorded.",
        ),
    ] = True,
    anew_after: Annotated[
        int,
        typer.Option(
            metavar="POSITION",
            min=0,
            help="Decide again only commands recorded after this position; an older onewindow with other rules recorded those before it.",
        ),
    ] = 0,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Check all records: chains, times, receipts, keys, schema; every event readable, every command decided again, every view equal to one made anew. Exit 1 on a difference."""
    with opened(database, shorter_log=True) as installation:
        found = show_verify(installation, format_, anew_after if anew else None)
    if found.findings:
        raise typer.Exit(ExitCode.DIFFERENCE)


def show_verify(installation: Installation, format_: Format = Format.TABLE, anew_after: int | None = 0) -> audit.Audit:
    """What was checked, and everything that differs."""
    with progress_bar("verifying") as progress:
        found = audit.verify(
            installation.settings.database_url, VIEWS, progress, master=installation.master, anew_after=anew_after
        )
    if format_ is Format.JSON:
        say_json(found)
        return found
    views = ", ".join(f"{name} {number_of(rows, 'row')}" for name, rows in sorted(found.views.items())) or "none"
    waiting = f"; not projected yet: {', '.join(found.not_projected)}" if found.not_projected else ""
    tell(
        f"checked {number_of(found.events, 'event')} in {number_of(found.histories, 'history', 'histories')}; views: {views}{waiting}",
    )
    if anew_after is not None:
        again = f"decided again: {number_of(found.commands, 'command')}"
        tell(f"{again}; left out: {number_of(found.left_out, 'event')}" if found.left_out else again)
    if found.unopened:
        tell(f"keys and sealed texts not opened, because their master key is not here: {found.unopened}")
    if found.erased:
        tell(f"sealed texts whose key is not here (erased, or kept elsewhere): {found.erased}")
    if found.set_back:
        positions = ", ".join(map(str, found.set_back))
        tell(f"recorded times go back at position {positions}: a clock was set, or a simulation began anew")
    for finding in found.findings[:FINDINGS_SHOWN]:
        tell(f"DIFFERENT  {finding.place}: {finding.what}")
    if len(found.findings) > FINDINGS_SHOWN:
        tell(f"... and {len(found.findings) - FINDINGS_SHOWN} more")
    tell("nothing differs" if not found.findings else number_of(len(found.findings), "difference"))
    return found
