"""What the guards read in a Python file. Each takes the file's name and text and tells its faults, one line each."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

MOST_LINES = 350
MOST_LINES_OF_A_FUNCTION = 40

_ENDS_A_TRANSACTION = frozenset({"commit", "rollback", "begin", "begin_nested"})
_READS_THE_ENVIRONMENT = frozenset({"environ", "environb", "getenv", "getenvb"})
_CLOCKS_AND_DICE = frozenset({"now", "utcnow", "today", "uuid1", "uuid4", "uuid6", "uuid7", "urandom"})
_MODULES_OF_CHANCE = frozenset({"random", "secrets", "time", "os"})
_LEAVES_A_TEST_OUT = frozenset({"skip", "skipif", "xfail", "importorskip"})
_SILENCED = re.compile(r"#\s*(noqa|type:\s*ignore)(:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*|\[[a-z, -]+\])?(?P<reason>.*)$")
_SHORTEST_REASON = 8


def commits(name: str, source: str) -> Iterator[str]:
    """Where a transaction begins or ends: as a call, or as a statement sent to the database."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _called(node) in _ENDS_A_TRANSACTION:
            yield f"{name}:{node.lineno} calls {_called(node)}()"
        if isinstance(node, ast.Constant) and str(node.value).strip(" ;\n").lower() in _ENDS_A_TRANSACTION:
            yield f"{name}:{node.lineno} says {node.value!r}"


def environment(name: str, source: str) -> Iterator[str]:
    """Where the environment is read."""
    for node in ast.walk(ast.parse(source)):
        for used in _names(node) & _READS_THE_ENVIRONMENT:
            yield f"{name}:{_line(node)} reads os.{used}"


def chance(name: str, source: str) -> Iterator[str]:
    """Where the time of day or a random number comes from inside, so that a test could not say what it is."""
    for node in ast.walk(ast.parse(source)):
        for used in _names(node) & _CLOCKS_AND_DICE:
            yield f"{name}:{_line(node)} uses {used}"
        for module in _imported(node) & _MODULES_OF_CHANCE:
            yield f"{name}:{_line(node)} imports {module}"


def unexplained_skips(name: str, source: str) -> Iterator[str]:
    """Where a test is left out, or let fail, without a word why."""
    tree = ast.parse(source)
    explained = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call) and _has_reason(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or id(node) in explained:
            continue
        if node.attr in _LEAVES_A_TEST_OUT and _is_pytest(node.value):
            yield f"{name}:{node.lineno} {node.attr} without a reason"


def unexplained_silence(name: str, source: str) -> Iterator[str]:
    """Where ruff or mypy is told to be quiet, and nobody is told why."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        found = _SILENCED.search(token.string) if token.type == tokenize.COMMENT else None
        if found and (not found[2] or len(found["reason"].strip(" #-:")) < _SHORTEST_REASON):
            yield f"{name}:{token.start[0]} {token.string}"


def length(name: str, source: str) -> Iterator[str]:
    """Files and functions too long to be read in one go. Named without line numbers: allowances name them so."""
    if source.count("\n") > MOST_LINES:
        yield name
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _lines(node) > MOST_LINES_OF_A_FUNCTION:
            yield f"{name}:{node.name}"


def silent_modules(name: str, source: str) -> Iterator[str]:
    """A module that does not say what it is for."""
    if not ast.get_docstring(ast.parse(source)):
        yield name


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _names(node: ast.AST) -> set[str]:
    """The names that a node takes from somewhere else."""
    if isinstance(node, ast.Attribute):
        return {node.attr}
    if isinstance(node, ast.ImportFrom):
        return {alias.name for alias in node.names}
    return set()


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]}
    return set()


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _line(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 0))


def _is_pytest(node: ast.expr) -> bool:
    return ast.unparse(node) in ("pytest", "pytest.mark", "mark")


def _has_reason(call: ast.Call) -> bool:
    """`reason=…`; for `skip` and `xfail` called in a test, their first words."""
    told = [keyword.value for keyword in call.keywords if keyword.arg == "reason"]
    if _called(call) in ("skip", "xfail"):
        told += call.args
    return any(not (isinstance(value, ast.Constant) and not value.value) for value in told)
