"""Every sentence that a person reads, found in the sources by ``ast``; ``make sentences`` lists those without Chinese.

A sentence is a text of two words or more that is raised, returned, kept or shown; what is logged, asked of a database or
made up for a simulation is none. A value in it is a place: ``{self.case_id}`` becomes ``{case_id}``.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

from adapters.language.catalogue import chinese_of
from adapters.language.template import Template
from tests.loaded import ROOT

ROOMS = ("adapters", "domain", "projections")
NO_SENTENCES = (
    "adapters/simulation/",
    "adapters/cli/commands.py",
    "adapters/cli/help_language.py",
    "adapters/cli/answers/histories.py",
    "adapters/commands/schemas.py",
    "adapters/exchange/exporting.py",
    "adapters/exchange/xes_writer.py",
    "adapters/store/driver/append.py",
    "adapters/store/driver/prepared.py",
    "domain/office/matrix.py",
    "projections/engine/bulk.py",
)
"""What is made up, what is a file's format, and what is translated elsewhere."""
NOT_FOR_PEOPLE = re.compile(
    r"(log|.*get_logger\(\)(\.bind\(.*\))?)\.(debug|info|warning|error|bind)$|(.*\.)?(exec\w*|text|compile|startswith|endswith|removeprefix|"
    r"strftime|Option|Argument|event|Typer|Field|Label|ItemVersion|TypeError|NotImplementedError|add_typer|prepare|values|getattr|"
    r"rows|copy|encode|lstrip|split|cast|Column|sub|number_of)$"
)
"""Calls whose texts are for a log, a database, a file, or are help, which is translated as such."""
SQL = re.compile(
    r"\s*(select|insert|update|delete|copy|pragma|set|lock|alter|analyze|cast|show|drop|create|grant|format|%s)\b|%s::|\w+\.\w+, \w+\.\w+$"
)
WORDS = re.compile(r"[a-z]+[,;:.']* +[({`]*[a-z{]|\} [a-z(]|[a-z(:] \{|\} \[\{")
Pieces = tuple[str, ...]
"""Text and places, a place as ``{name}``."""


@cache
def templates() -> dict[str, str]:
    """Every sentence as a template, each shape once, with the place where it stands first."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(NO_SENTENCES):
            for line, text in Source(path).sentences():
                found.setdefault(Template(text).shape, (text, f"{name}:{line}"))
    return dict(found.values())


class Source:
    """One source file, and the sentences in it."""

    def __init__(self, path: Path) -> None:
        self.nodes: list[ast.AST] = [ast.parse(path.read_text())]
        self.parents: dict[ast.AST, ast.AST] = {}
        for node in self.nodes:
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
                self.nodes.append(child)
        self.taken: set[ast.AST] = set()
        self.assigned: dict[ast.AST, list[tuple[ast.expr, ast.expr]]] = {}

    def sentences(self) -> Iterator[tuple[int, str]]:
        """The sentences with their lines."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "number_of":
                yield from ((node.lineno, f"{{n}} {noun}") for noun in _nouns(node))
            if node in self.taken or not _is_text(node) or self._is_apart(node):
                continue
            assert isinstance(node, ast.expr)
            inside = self._inside_a_text(node)
            for pieces in self._forms(node):
                text = _joined(pieces).strip(" ;,\n")
                if _is_sentence(text) or (inside and re.fullmatch(r"[a-z]{2,}", text)):
                    yield node.lineno, text

    def _forms(self, node: ast.expr) -> list[Pieces]:
        """The ways in which a text may come out: with and without each piece that may be empty."""
        self.taken |= {part for part in ast.walk(node) if _is_text(part) and not self._stands_in_a_place(part, node)}
        match node:
            case ast.Constant(value=str(text)):
                return [(text.replace("{}", "{database}"),)]
            case ast.JoinedStr(values=values):
                return [sum(parts, ()) for parts in product(*(self._forms(value) for value in values))]
            case ast.FormattedValue(value=value):
                return self._optional(value) or [(_place(value),)]
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return [first + second for first, second in product(self._forms(left), self._forms(right))]
            case ast.IfExp(body=body, orelse=other) if _is_text(body) and _is_text(other):
                return self._forms(body) + self._forms(other)
        return [(_place(node),)]

    def _optional(self, node: ast.expr) -> list[Pieces] | None:
        """The forms of a piece that is there or is not; None where it is always there."""
        if isinstance(node, ast.Name):
            node = self._assigned(node) or node
        if isinstance(node, ast.IfExp) and any(
            isinstance(b, ast.Constant) and b.value == "" for b in (node.body, node.orelse)
        ):
            return self._forms(node.body) + self._forms(node.orelse)
        return None

    def _assigned(self, name: ast.Name) -> ast.expr | None:
        """The one value that a function gives a name, if it is one or the other text."""
        scope: ast.AST = name
        while not isinstance(scope, ast.FunctionDef | ast.Module):
            scope = self.parents[scope]
        if scope not in self.assigned:
            self.assigned[scope] = [
                pair for node in ast.walk(scope) if isinstance(node, ast.Assign) for pair in _pairs(node)
            ]
        values = [value for target, value in self.assigned[scope] if ast.unparse(target) == name.id]
        return values[0] if len(values) == 1 and isinstance(values[0], ast.IfExp) else None

    def _stands_in_a_place(self, part: ast.AST, text: ast.AST) -> bool:
        while part is not text:
            part = self.parents[part]
            if isinstance(part, ast.FormattedValue):
                return True
        return False

    def _inside_a_text(self, node: ast.AST) -> bool:
        """Whether a text is one of several for a place of another."""
        parent = self.parents[node]
        if not isinstance(parent, ast.BoolOp | ast.IfExp):
            return False
        while not isinstance(parent, ast.stmt):
            parent = self.parents[parent]
            if isinstance(parent, ast.FormattedValue | ast.Assign):
                return True
        return False

    def _is_apart(self, node: ast.AST) -> bool:
        """Whether a text is a docstring, or for no person."""
        parent = self.parents[node]
        if isinstance(parent, ast.Expr | ast.Compare | ast.Subscript):
            return True
        if isinstance(parent, ast.Dict) and node in parent.keys:
            return True
        if isinstance(parent, ast.Tuple) and all(isinstance(part, ast.Constant) for part in parent.elts):
            return isinstance(self.parents[parent], ast.Assign)
        while node in self.parents and not isinstance(node, ast.stmt):
            node = self.parents[node]
            if isinstance(node, ast.Call) and NOT_FOR_PEOPLE.match(ast.unparse(node.func)):
                return True
            if isinstance(node, ast.Subscript | ast.Assert):
                return True
        return False


def _is_text(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _is_text(left) or _is_text(right)
    return False


def _is_sentence(text: str) -> bool:
    return WORDS.search(text) is not None and not SQL.match(text)


def _pairs(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    (target,) = node.targets[:1]
    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
        yield from zip(target.elts, node.value.elts, strict=False)
    else:
        yield target, node.value


def _place(node: ast.expr) -> str:
    if isinstance(node, ast.Call) and (nouns := _nouns(node)) and ast.unparse(node.func) == "number_of":
        return f"{{{nouns[1].replace(' ', '_')}}}"
    names = [
        part.attr if isinstance(part, ast.Attribute) else part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute | ast.Name)
    ]
    dull = {"self", "join", "str", "len", "sorted", "isoformat", "value", "map", "listed", "_listed", "command", "case"}
    telling = [name for name in names if name not in dull] or names or ["value"]
    return f"{{{telling[0].strip('_').lower()}}}"


def _nouns(counted: ast.Call) -> tuple[str, ...]:
    """The noun of a number, singular and plural; none where it is not written there."""
    names = [noun.value for noun in counted.args[1:] if isinstance(noun, ast.Constant)]
    return (names[0], names[1] if len(names) > 1 else f"{names[0]}s") if names else ()


def _joined(pieces: Pieces) -> str:
    """The pieces as one text; places side by side are one, and no two have one name."""
    text, names = "", set[str]()
    for piece in pieces:
        if not (piece.startswith("{") and piece.endswith("}")):
            text += piece
        elif not text.endswith("}"):
            name = piece[1:-1]
            while name in names:
                stem, _, number = name.rpartition("_")
                name = f"{stem}_{int(number) + 1}" if number.isdigit() and stem else f"{name}_2"
            names.add(name)
            text += f"{{{name}}}"
    return text


def main() -> None:
    known = {Template(text).shape for text in chinese_of("sentences")}
    for text, place in templates().items():
        if Template(text).shape not in known:
            print(f"{place}\t{text}")


if __name__ == "__main__":
    main()
