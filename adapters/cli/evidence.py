"""``evidence``: sign and publish the log's tree, prove an event, check what was published."""

import sys
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from adapters.bootstrap import utc_now
from adapters.cli.answers.evidence import (
    CheckpointSeen,
    EventProof,
    EvidenceChecked,
    LogKeyShown,
    LogPublished,
    SeenBy,
)
from adapters.cli.options import DatabaseOption, Format, FormatOption, WrongInput, opened, progress_bar, settings_for
from adapters.cli.output import say, say_json, tell
from adapters.evidence import checking, log_key, publishing
from adapters.evidence.folder import LONGEST, TileFolder
from adapters.evidence.signer import cosigned, make_key, signer
from domain.evidence.entry import Entry
from domain.evidence.note import COSIGNS, ED25519, Note, Verifier
from domain.evidence.tiles import subtree
from domain.exit_code import ExitCode
from domain.number_of import number_of
from domain.record import stamp
from projections.engine.comparison import Finding

MOST = 1_000
"""So many differences are told; more say nothing new."""
SHOWN = 50

FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the published log.")]
KeyOption = Annotated[
    Path | None,
    typer.Option("--key", metavar="FILE", help="The file of the key.", show_default="log.key in ONEWINDOW_HOME"),
]
VerifierOption = Annotated[
    str, typer.Option("--verifier", metavar="KEY", help="The public key of the log, as `evidence key` prints it.")
]


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    evidence = typer.Typer(
        help="Evidence (存证): the log's tree, signed and published, so that others can check the records without the office.",
        no_args_is_help=True,
    )
    for command in (key, publish, cosign, proof, check):
        evidence.command(command.__name__)(command)
    app.add_typer(evidence, name="evidence")


def key(
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="Make the key of a log of this name, as example.gov.cn/onewindow."),
    ] = None,
    file: KeyOption = None,
    witness: Annotated[
        bool, typer.Option("--witness", help="Make the key of a witness of other offices' logs, not that of a log.")
    ] = False,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show the public key of the log; with --name make the key first. Give the public key to everybody who verifies."""
    place, kind = _key_file(file), COSIGNS if witness else ED25519
    made = name is not None and not place.exists()
    found = make_key(place, name, kind) if made and name is not None else log_key.read(place)
    if name is not None and (found.name, found.type) != (name, kind):
        raise WrongInput(f"--name {name}: {place} is the key of {found.verifier.written()}; name another --key file")
    public = found.verifier.written()
    say(format_, public, LogKeyShown(file=str(place), name=found.name, verifier=public, made=made))


def publish(
    folder: FolderArgument,
    file: KeyOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Write the tree of all events into a folder that can be served as it is, and sign it. Run it again to publish what came since.

    It refuses to sign a log that is shorter than, or another one than, what it signed before. The files hold no personal data.
    """
    with (
        opened(database) as installation,
        signer(_key_file(file)) as signing,
        progress_bar("publishing") as progress,
    ):
        done = publishing.publish(installation, TileFolder(folder), signing, progress)
    new = number_of(done.size - done.before, "new event")
    say(
        format_,
        f"{number_of(done.size, 'event')} published in {folder}, {new}",
        LogPublished(folder=str(folder), size=done.size, before=done.before, checkpoint=done.checkpoint),
    )


def cosign(
    folder: FolderArgument,
    verifier: VerifierOption,
    file: Annotated[Path, typer.Option("--key", metavar="FILE", help="The file of the witness's key.")],
    format_: FormatOption = Format.TABLE,
) -> None:
    """As a witness, on a machine of your own, sign that you saw another office's log, and that it continues all you saw of it before.

    The folder is the published one, or a copy of it; the checkpoint in it gets one signature more.
    """
    place, by = TileFolder(folder), log_key.verifier_of(verifier, "--verifier", ED25519)
    checkpoint, note = checking.checkpoint_of(place, by)
    written = cosigned(file, note.written(), by, subtree(place.hashes, checkpoint.size), utc_now())
    place.put_checkpoint(written)
    said = f"{number_of(checkpoint.size, 'event')} of {checkpoint.origin} seen"
    say(format_, said, CheckpointSeen(origin=checkpoint.origin, size=checkpoint.size, checkpoint=written))


def proof(
    position: Annotated[int, typer.Argument(min=1, metavar="POSITION", help="The event, as `history` numbers it.")],
    folder: Annotated[Path, typer.Option("--from", metavar="DIR", help="The folder of the published log.")],
    verifier: VerifierOption,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Print the proof that an event stands at a position of the log: one text, which `evidence check` checks without the log."""
    by = log_key.verifier_of(verifier, "--verifier", ED25519)
    written = checking.proof_of(TileFolder(folder), position, by).written()
    if format_ is Format.JSON:
        say_json(EventProof(position=position, proof=written))
    else:
        sys.stdout.write(written)


def check(
    path: Annotated[Path, typer.Argument(metavar="DIR|FILE", help="The folder of a published log, or a proof.")],
    verifier: VerifierOption,
    witness: Annotated[
        list[str] | None,
        typer.Option("--witness", metavar="KEY", help="A witness who must have seen it; may be given several times."),
    ] = None,
    alone: Annotated[
        bool, typer.Option("--alone", help="Check the folder by itself, and not against the log of a database.")
    ] = False,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Check a published log by itself and against the database, or a proof. Exit 1 on a difference."""
    by = log_key.verifier_of(verifier, "--verifier", ED25519)
    witnesses = [log_key.verifier_of(each, "--witness", COSIGNS) for each in witness or ()]
    if path.is_file():
        _check_proof(path, by, witnesses, format_)
        return
    folder = TileFolder(path)
    checkpoint, note = checking.checkpoint_of(folder, by)
    seen = _seen(note, witnesses)
    with progress_bar("checking") as progress:
        findings = list(islice(checking.check_folder(folder, checkpoint, by, progress), MOST))
        if not alone:
            with opened(database, shorter_log=True) as installation, installation.reading() as connection:
                differing = checking.compare(connection, folder, checkpoint.size, progress)
                findings += islice(differing, MOST - len(findings))
    answer = EvidenceChecked(
        origin=checkpoint.origin,
        size=checkpoint.size,
        compared=not alone,
        witnessed=seen,
        findings=findings,
    )
    against = "" if alone else " and compared with the database"
    _say_checked(
        f"{number_of(checkpoint.size, 'event')} signed by {checkpoint.origin}{against}", findings, answer, format_
    )


def _seen(note: Note, witnesses: list[Verifier]) -> list[SeenBy]:
    """When each of them saw the checkpoint. Raises ``NotSigned``."""
    return [SeenBy(witness=each.name, at=stamp(log_key.seen_by(note, each))) for each in witnesses]


def _check_proof(path: Path, verifier: Verifier, witnesses: list[Verifier], format_: Format) -> None:
    try:
        with path.open(encoding="utf-8") as opened_file:
            written = opened_file.read(LONGEST)
    except UnicodeDecodeError as error:
        raise WrongInput(f"{path} is no text, so no proof of an event") from error
    found, checkpoint = checking.check_proof(written, verifier)
    entry: Entry = found.entry
    answer = EvidenceChecked(
        origin=checkpoint.origin,
        size=checkpoint.size,
        compared=False,
        witnessed=_seen(found.note, witnesses),
        findings=[],
        position=found.leaf + 1,
        history=entry.history.hex(),
        version=entry.version,
    )
    said = (
        f"event {entry.version} of the history {entry.history.hex()} stands at position {found.leaf + 1} of the log, "
        f"of which {checkpoint.origin} signed {number_of(checkpoint.size, 'event')}"
    )
    say(format_, said, answer)


def _say_checked(said: str, findings: list[Finding], answer: EvidenceChecked, format_: Format) -> None:
    if format_ is Format.JSON:
        say_json(answer)
    else:
        tell(said)
        for finding in findings[:SHOWN]:
            tell(f"DIFFERENT  {finding.place}: {finding.what}")
        if len(findings) > SHOWN:
            tell(f"... and {len(findings) - SHOWN} more")
        tell("nothing differs" if not findings else number_of(len(findings), "difference"))
    if findings:
        raise typer.Exit(ExitCode.DIFFERENCE)


def _key_file(given: Path | None) -> Path:
    return given or settings_for(None).log_key_file
