"""The small mutations of a file: each bends one place of its source, and leaves every other byte as it is."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

ORDER: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
SUMS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """One mutation: the lines of its statement (from 1), what stood there, what stands there now, the whole source with it.

    ``code`` is the line on which it begins. ``in_function`` is False where it is done as the file is loaded.
    """

    line: int
    code: str
    lines: range
    in_function: bool
    was: str
    now: str
    source: bytes

    @property
    def words(self) -> str:
        """What it does, in one line."""
        return f"{flat(self.was)} -> {flat(self.now)}"


def flat(code: str) -> str:
    """Code in one line."""
    return " ".join(code.split())


def mutants(source: bytes) -> list[Mutant]:
    """Every mutation of a file, from its first line to its last; none twice."""
    starts, lines = [0], source.decode().splitlines()
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    made: dict[bytes, Mutant] = {}
    for place, text in _bent(ast.parse(source)):
        node = place.node
        first = starts[node.lineno - 1] + node.col_offset
        last = starts[node.end_lineno - 1] + node.end_col_offset
        was = source[first:last]
        bent = source[:first] + text.encode() + source[last:]
        if flat(text) != flat(was.decode()) and _is_code(bent):
            made.setdefault(
                bent,
                Mutant(
                    node.lineno,
                    lines[node.lineno - 1].strip(),
                    place.lines,
                    place.in_function,
                    was.decode(),
                    text,
                    bent,
                ),
            )
    return sorted(made.values(), key=lambda mutant: mutant.line)


def _is_code(source: bytes) -> bool:
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


@dataclass(frozen=True)
class _Place:
    """A node, the lines of the statement that it is in, and whether that is in a function."""

    node: Any
    lines: range
    in_function: bool


def _bent(tree: ast.Module) -> Iterator[tuple[_Place, str]]:
    """Each node that is bent, with the code that takes its place."""
    for place in _reached(_Place(tree, range(0), in_function=False)):
        for node, bent in _ways(place.node):
            text = ast.unparse(bent)
            # What stood in an expression stands there again, whatever binds more tightly around it.
            yield replace(place, node=node), text if isinstance(bent, BY_ITSELF) else f"({text})"


BY_ITSELF = (
    ast.stmt,
    ast.Constant,
    ast.Call,
    ast.Name,
    ast.Attribute,
    ast.Starred,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
)
"""What needs no brackets where it stands."""


def _reached(place: _Place) -> Iterator[_Place]:
    """The nodes that say what is done: no annotation, decorator, text, import, nothing for a log or a type checker alone."""
    node = place.node
    if _tells_a_log(node):
        return
    yield place
    skipped: Sequence[object] = ()
    match node:
        case ast.FunctionDef():
            skipped = [*node.decorator_list, node.returns]
        case ast.ClassDef():
            skipped = [*node.decorator_list, *node.bases, *node.keywords]
        case ast.AnnAssign() | ast.arg():
            skipped = [node.annotation]
        case (
            ast.If(test=ast.Name(id="TYPE_CHECKING")) | ast.Import() | ast.ImportFrom() | ast.JoinedStr() | ast.Raise()
        ):
            return
    for child in ast.iter_child_nodes(node):
        if all(child is not each for each in skipped):
            yield from _reached(_within(place, child))


def _tells_a_log(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="log")))):
            return True
    return False


def _within(place: _Place, child: ast.AST) -> _Place:
    """A node inside another: it has lines of its own where it is a statement, or the first thing that a longer one does."""
    apart = isinstance(child, ast.stmt) or (isinstance(child, ast.expr) and hasattr(place.node, "body"))
    lines = range(child.lineno, child.end_lineno + 1) if apart else place.lines
    in_body = isinstance(place.node, ast.FunctionDef) and any(child is each for each in place.node.body)
    return _Place(child, lines, place.in_function or in_body)


def _ways(node: ast.AST) -> Iterable[tuple[ast.AST, ast.AST]]:
    """What can be bent at a node: the place, and what takes it."""
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return
        case ast.If() | ast.While() | ast.IfExp() if not isinstance(node.test, ast.Compare | ast.BoolOp | ast.UnaryOp):
            yield node.test, ast.UnaryOp(ast.Not(), node.test)
    for bent in _instead(node):
        yield node, bent


def _instead(node: ast.AST) -> Iterable[ast.AST]:
    match node:
        case ast.Compare():
            return _comparisons(node)
        case ast.BoolOp():
            other = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
            return [ast.BoolOp(other, node.values), *_each_left_out(node)]
        case ast.UnaryOp(op=ast.Not()):
            return [node.operand]
        case ast.BinOp() if type(node.op) in SUMS:
            return [ast.BinOp(node.left, SUMS[type(node.op)](), node.right)]
        case ast.Constant(value=bool()):
            return [ast.Constant(not node.value)]
        case ast.Constant(value=int()):
            return [ast.Constant(node.value + 1), ast.Constant(node.value - 1)]
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.Call():
            return _calls(node)
        case ast.ListComp() | ast.GeneratorExp() | ast.SetComp() | ast.DictComp():
            return _without_conditions(node)
        case (
            ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom())
            | ast.Assign(targets=[ast.Attribute() | ast.Subscript()])
        ):
            return [ast.Pass()]
        case ast.AugAssign() | ast.Raise() | ast.Continue() | ast.Break():
            return [ast.Pass()]
    return ()


def _comparisons(node: ast.Compare) -> Iterator[ast.AST]:
    for n, operator in enumerate(node.ops):
        for other in ORDER[type(operator)]:
            yield ast.Compare(node.left, [*node.ops[:n], other(), *node.ops[n + 1 :]], node.comparators)


def _each_left_out(node: ast.BoolOp) -> list[ast.expr]:
    rest = [[*node.values[:n], *node.values[n + 1 :]] for n in range(len(node.values))]
    return [values[0] if len(values) == 1 else ast.BoolOp(node.op, values) for values in rest]


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    """The longest becomes the shortest, all become any, and two arguments change places."""
    if isinstance(node.func, ast.Name) and node.func.id in CALLS:
        yield ast.Call(ast.Name(CALLS[node.func.id]), node.args, node.keywords)
    elif len(node.args) >= 2 and type(node.args[0]) is type(node.args[1]) is not ast.Starred:  # others are of two kinds
        yield ast.Call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords)


def _without_conditions(node: Any) -> Iterator[ast.AST]:
    """A comprehension that takes what one of its conditions kept out."""
    for number, generator in enumerate(node.generators):
        for which in range(len(generator.ifs)):
            ifs = [*generator.ifs[:which], *generator.ifs[which + 1 :]]
            freed = ast.comprehension(generator.target, generator.iter, ifs, generator.is_async)
            fields = {name: getattr(node, name) for name in node._fields}
            fields["generators"] = [*node.generators[:number], freed, *node.generators[number + 1 :]]
            yield type(node)(**fields)
