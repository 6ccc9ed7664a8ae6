"""Staff (工作人员) in the folder: people with their posts. Names are sealed before anything is recorded."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import Field, model_validator

from adapters.files.catalogue.exporting import present
from adapters.files.file_model import FileModel
from domain.city import City
from domain.people.joining import GiveRole, JoinStaff, RegisterFirstOperator, TakeRole, over
from domain.people.staff import Post, Staff
from domain.record import Identifier, Role, Text
from domain.sealing import ERASED, UNREAD, Vault
from domain.time.written import Moment

if TYPE_CHECKING:
    from adapters.files.city.entry import Entry
    from adapters.files.city.load_step import Difference
    from adapters.files.city.problems import Problem


class FilePost(FileModel):
    """A post, of a hall or of all halls: a right is never widened by leaving something out. Times have an offset."""

    role: Role
    department: Identifier | None = None
    hall: Identifier | None = None
    all_halls: bool = False
    since: Moment | None = Field(default=None, alias="from")
    until: Moment | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> "FilePost":
        if (self.hall is None) is not self.all_halls:
            raise ValueError("write either `hall: H` or `all_halls: true`")
        return self

    @property
    def key(self) -> tuple[Role, str | None, str | None]:
        """What makes it this post."""
        return self.role, self.department, self.hall


class FilePerson(FileModel):
    """Somebody of the staff; the name may be left out of one who is on record."""

    person: Identifier
    name: Text | None = None
    posts: tuple[FilePost, ...] = Field(min_length=1)


def compare(entries: Iterable["Entry[FilePerson]"], difference: "Difference") -> None:
    """People who are new join, posts that are new are given."""
    everybody = list(entries)
    founder = None if difference.city.operators else _founder(everybody, difference)
    ordered = sorted(everybody, key=lambda entry: entry is not founder)
    for entry in ordered:
        known = difference.city.staff.get(entry.content.person) or Staff(person=entry.content.person)
        held = [post for post in known.posts if not over(post, difference.now)]
        _same_name(entry, known, difference)
        _posts(entry, held, difference, founding=entry is founder)
        _gone(entry, held, difference)
    named = {entry.content.person for entry in everybody}
    for person, staff in difference.city.staff.items():
        if person not in named and any(not over(post, difference.now) for post in staff.posts):
            difference.only_in_city.append(f"staff {person}; `onewindow staff leave` ends their posts")


def _founder(entries: list["Entry[FilePerson]"], difference: "Difference") -> "Entry[FilePerson] | None":
    """Who enters themselves as the first operator: who loads the folder."""
    for entry in entries:
        chief = (Role.OPERATOR, None, None) in [post.key for post in entry.content.posts]
        if chief and (difference.by is None or entry.content.person == difference.by.person):
            return entry
    if entries:
        who = "somebody" if difference.by is None else difference.by.person
        what = f"nobody is an operator yet; give {who} a post with `role: operator` and `all_halls: true`"
        difference.problems.append(entries[0].problem("staff", what))
    return None


def _same_name(entry: "Entry[FilePerson]", known: Staff, difference: "Difference") -> None:
    name = entry.content.name
    if known.name is None and name is None:
        difference.problems.append(entry.problem("staff", f"{entry.content.person} is new; write the name", "person"))
    if known.name is None or name is None or difference.vault is None:
        return
    if difference.vault.open("name", known.name) not in {name, *UNREAD}:
        what = f"{entry.content.person} has another name on record; a number belongs to one person, so give a new person a new number"
        difference.problems.append(entry.problem("difference", what, "name"))


def _posts(entry: "Entry[FilePerson]", held: list[Post], difference: "Difference", *, founding: bool) -> None:
    person, joins = entry.content.person, not held
    posts = list(enumerate(entry.content.posts))
    if founding:
        posts.sort(key=lambda numbered: numbered[1].key != (Role.OPERATOR, None, None))
    for number, post in posts:
        at = entry.problem("staff", "", "posts", number)
        known = next((each for each in held if each.same(*post.key)), None)
        if known is not None:
            _same_times(entry, number, post, known, difference)
            continue
        since, until = _utc(post.since), _utc(post.until)
        if until is not None and until <= difference.now:
            continue
        fields: dict[str, Any] = {"person": person}
        if joins:
            fields["person_name"] = entry.content.name or "-"
        kind = RegisterFirstOperator if founding and joins else JoinStaff if joins else GiveRole
        if kind is not RegisterFirstOperator:
            begins = since if since is not None and since > difference.now else None
            fields |= {"role": post.role, "department": post.department, "hall": post.hall}
            fields |= {"since": begins, "until": until}
        joins = False
        difference.step(at, kind, f"{person} is {_named(post)}", **fields)


def _same_times(entry: "Entry[FilePerson]", number: int, post: FilePost, known: Post, difference: "Difference") -> None:
    since = _utc(post.since)
    begins_later = since is not None and since > difference.now and since != known.since
    if _utc(post.until) != known.until or begins_later:
        what = f"{entry.content.person} is {known} at other times on record; end that post with `onewindow staff take-role`, then give it again"
        difference.problems.append(entry.problem("difference", what, "posts", number))


def _gone(entry: "Entry[FilePerson]", held: list[Post], difference: "Difference") -> None:
    written = {post.key for post in entry.content.posts}
    for post in held:
        if (post.role, post.department, post.hall) in written:
            continue
        if not difference.remove:
            difference.only_in_city.append(f"staff {entry.content.person}: {post}")
            continue
        what = f"{entry.content.person} is no longer {post}"
        at: Problem = entry.problem("staff", what, "posts")
        fields = {"role": post.role, "department": post.department, "hall": post.hall}
        difference.step(at, TakeRole, what, person=entry.content.person, reason=difference.why(at, None), **fields)


def _named(post: FilePost) -> str:
    return str(Post(post.role, post.department, post.hall, datetime.min.replace(tzinfo=UTC)))


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC)


def told(city: City, vault: Vault, now: datetime) -> Iterator[dict[str, Any]]:
    """Everybody who has a post now or later. A name is written where its key is at hand."""
    for person, staff in sorted(city.staff.items()):
        posts = [_told(post, now) for post in staff.posts if not over(post, now)]
        if posts:
            name = ERASED if staff.name is None else vault.open("name", staff.name)
            yield {"person": person, **({} if name in UNREAD else {"name": name}), "posts": posts}


def _told(post: Post, now: datetime) -> dict[str, Any]:
    return present(
        {
            "role": post.role.value,
            "department": post.department,
            "hall": post.hall,
            "all_halls": post.hall is None,
            "from": post.since.isoformat() if post.since > now else None,
            "until": post.until and post.until.isoformat(),
        }
    )
