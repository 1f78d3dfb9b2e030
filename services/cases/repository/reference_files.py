"""An authority's organisation, policies and codes as files: read whole, checked, and each line kept in mind.

    <folder>/<authority>/units.yaml · staff.yaml · policies.yaml · code-lists/<list>.yaml

Each file is a list, in YAML or JSON (`.yaml`, `.yml`, `.json`). Nothing is written to the database from here.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from chassis.errors import Refusal, Text
from chassis.wire import AuthorityCode, Body, Code, Day, SectorCode, ShortText, Subject, UnitId
from services.cases.domain.code_lists import ListedCode
from services.cases.domain.organisation import StaffMember, Unit
from services.cases.domain.policies import PolicyValue

_KINDS = (".yaml", ".yml", ".json")
_Value = TypeVar("_Value")


class ReferenceFault(ValueError):
    """A reference file is wrong. The message names the file and the line, and says what to look for."""


@dataclass(frozen=True, slots=True)
class Placed(Generic[_Value]):
    """Something a file tells, and where it stands."""

    value: _Value
    where: str

    @contextmanager
    def refusals_told(self) -> Iterator[None]:
        """Tell what the rules refuse with the line that asked for it."""
        try:
            yield
        except Refusal as refused:
            raise ReferenceFault(f"{self.where}: {refused.slug}: {refused.title.en}") from None


@dataclass(frozen=True, slots=True)
class PolicyTold:
    """A decision as a file tells it; it may hold from a day that has been."""

    code: str
    value: PolicyValue
    valid_from: date
    reason: str


@dataclass(frozen=True, slots=True)
class Reference:
    """What the files of one authority tell."""

    authority: str
    units: list[Placed[Unit]] = field(default_factory=list)
    staff: list[Placed[StaffMember]] = field(default_factory=list)
    policies: list[Placed[PolicyTold]] = field(default_factory=list)
    codes: dict[str, list[Placed[ListedCode]]] = field(default_factory=dict)


class _UnitLine(Body):
    id: UnitId
    sector: SectorCode
    name: ShortText
    parent: UnitId | None = None
    valid_from: Day
    valid_to: Day | None = None
    phone: Annotated[str, Field(max_length=20, pattern=r"^\+?[0-9 ]{3,20}$")] | None = None

    def told(self) -> Unit:
        return Unit(**{name: getattr(self, name) for name in type(self).model_fields})


class _StaffLine(Body):
    subject: Subject
    display_name: ShortText | None = None
    unit: UnitId
    sector: SectorCode
    fte: Annotated[Decimal, Field(gt=0, le=1, max_digits=4, decimal_places=3)] | None = None
    phone: Annotated[str, Field(max_length=20, pattern=r"^\+?[0-9 ]{3,20}$")] | None = None
    roles: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    valid_from: Day
    valid_to: Day | None = None

    def told(self) -> StaffMember:
        return StaffMember(**{name: getattr(self, name) for name in type(self).model_fields})


class _PolicyLine(Body):
    code: Code
    value: Annotated[bool, Field(strict=True)] | Annotated[int, Field(strict=True, ge=0)]
    valid_from: Day
    reason: ShortText

    def told(self) -> PolicyTold:
        return PolicyTold(self.code, self.value, self.valid_from, self.reason)


class _Labels(Body):
    da: ShortText
    en: ShortText


class _CodeLine(Body):
    code: Code
    labels: _Labels
    valid_from: Day
    valid_to: Day | None = None
    replaced_by: Code | None = None

    def told(self) -> ListedCode:
        labels = Text(self.labels.da, self.labels.en)
        return ListedCode(self.code, labels, self.valid_from, self.valid_to, self.replaced_by, "local")


_FILES: Mapping[str, TypeAdapter[Any]] = {
    "units": TypeAdapter(list[_UnitLine]),
    "staff": TypeAdapter(list[_StaffLine]),
    "policies": TypeAdapter(list[_PolicyLine]),
}
_CODES: TypeAdapter[Any] = TypeAdapter(list[_CodeLine])
_AUTHORITY: TypeAdapter[str] = TypeAdapter(AuthorityCode)


def read_reference(folder: Path) -> list[Reference]:
    """What the files below a folder tell, one for each authority.

    Raises:
        ReferenceFault: a file is not of its form, or stands where nobody would read it.
    """
    if not folder.is_dir():
        raise ReferenceFault(f"{folder}: there is no such folder")
    return [_authority(path, folder) for path in sorted(folder.iterdir()) if path.is_dir()]


def _authority(own: Path, folder: Path) -> Reference:
    try:
        found = Reference(_AUTHORITY.validate_python(own.name))
    except ValidationError:
        raise ReferenceFault(f"{own.relative_to(folder)}: not an authority such as 0101 or CVR12345678") from None
    for path in sorted(own.rglob("*")):
        if path.is_dir():
            continue
        told = path.relative_to(own).with_suffix("").as_posix()
        where, kind = str(path.relative_to(folder)), _kind_of(told)
        if kind is None or path.suffix not in _KINDS:
            raise ReferenceFault(f"{where}: no file of this name is read; units, staff, policies or code-lists/<list>")
        listed = (
            getattr(found, told) if told in _FILES else found.codes.setdefault(told.removeprefix("code-lists/"), [])
        )
        seen = {_names(earlier.value) for earlier in listed}
        for placed in _lines(path, where, kind):
            if _names(placed.value) in seen:
                raise ReferenceFault(f"{placed.where}: stands twice")
            seen.add(_names(placed.value))
            listed.append(placed)
    return found


def _names(told: Unit | StaffMember | PolicyTold | ListedCode) -> object:
    """What a line is about: two lines about one thing would undo each other each time."""
    if isinstance(told, PolicyTold):
        return told.code, told.valid_from
    if isinstance(told, StaffMember):
        return told.subject
    return told.id if isinstance(told, Unit) else told.code


def _kind_of(told: str) -> TypeAdapter[Any] | None:
    in_lists = told.startswith("code-lists/") and told.count("/") == 1
    return _CODES if in_lists else _FILES.get(told)


def _lines(path: Path, where: str, kind: TypeAdapter[Any]) -> Iterator[Placed[Any]]:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError:
        raise ReferenceFault(f"{where}: not UTF-8") from None
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        raise ReferenceFault(f"{where}, line {line}: {wrong.problem}") from None
    if node is None:
        return
    try:
        told = kind.validate_python(_plain(node, where, set()))
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        place = "/".join(str(step) for step in first["loc"][1:])
        raise ReferenceFault(f"{where}, line {_line(node, first['loc'])}: {place}: {first['msg']}") from None
    for line, entry in zip(node.value, told, strict=True):
        yield Placed(entry.told(), f"{where}, line {line.start_mark.line + 1}")


def _plain(node: yaml.Node, where: str, seen: set[int]) -> Any:
    """The value of a node. An alias would let a short file tell more than any memory holds."""
    if id(node) in seen:
        raise ReferenceFault(f"{where}, line {node.start_mark.line + 1}: anchors and aliases are not read here")
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_plain(inside, where, seen) for inside in node.value]
    if not isinstance(node, yaml.MappingNode):
        return yaml.SafeLoader("").construct_object(node)
    found: dict[Any, Any] = {}
    for key, value in node.value:
        name = _plain(key, where, seen)
        if not isinstance(name, str) or name in found:
            raise ReferenceFault(f"{where}, line {key.start_mark.line + 1}: a name that stands twice, or is none")
        found[name] = _plain(value, where, seen)
    return found


def _line(node: yaml.Node, path: tuple[int | str, ...]) -> int:
    """The line of what a path leads to, or of the last thing on the way."""
    for step in path:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
        elif isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), node)
    return int(node.start_mark.line) + 1
