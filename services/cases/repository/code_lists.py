"""Code lists: those of the product, read once from the files beside the code, and the codes an authority has added.

To add a list, add a file. One that is wrong stops the process with its name.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel
from sqlalchemy import Row, bindparam, insert, select, update

from chassis.database import Transaction
from chassis.errors import NotFound, Stale, Text
from services.cases.domain.code_lists import DatedList, ListedCode, must_be_in_force
from services.cases.tables import local_codes

SHIPPED = Path(__file__).parent.parent / "code_lists"

_Code = Annotated[str, StringConstraints(max_length=64, pattern=r"^[a-z][a-z0-9-]*$")]
_Label = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_Note = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class ShippedListFault(ValueError):
    """A file of the product's own lists is wrong; the message names it. A defect of the installation."""


class _File(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class _Labels(_File):
    da: _Label
    en: _Label


class _Notes(_File):
    da: _Note
    en: _Note


class _CodeInFile(_File):
    code: _Code
    labels: _Labels
    valid_from: date
    valid_to: date | None
    replaced_by: _Code | None


class _ListInFile(_File):
    code: _Code
    title: _Labels
    note: _Notes | None
    open: bool
    codes: list[_CodeInFile] = Field(min_length=1)

    def to_domain(self) -> DatedList:
        codes = [
            ListedCode(c.code, Text(c.labels.da, c.labels.en), c.valid_from, c.valid_to, c.replaced_by)
            for c in self.codes
        ]
        note = Text(self.note.da, self.note.en) if self.note else None
        title = Text(self.title.da, self.title.en)
        return DatedList(self.code, title, note, self.open, {one.code: one for one in codes})


def read_lists(folder: Path) -> Mapping[str, DatedList]:
    """All lists of a folder, by code.

    Raises:
        ShippedListFault: a file is not of its form, or contradicts itself.
    """
    found: dict[str, DatedList] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            told = _ListInFile.model_validate_json(path.read_bytes())
        except ValidationError as wrong:
            raise ShippedListFault(f"{path.name}: {wrong}") from None
        listed = told.to_domain()
        replacements = {one.replaced_by for one in listed.codes.values() if one.replaced_by}
        if path.stem != listed.code or len(told.codes) != len(listed.codes) or not replacements <= set(listed.codes):
            raise ShippedListFault(
                f"{path.name}: its name, a code that stands twice, or a replacement that is not there"
            )
        found[listed.code] = listed
    if not found:
        raise ShippedListFault(f"no code lists in {folder}")
    return found


@cache
def shipped() -> Mapping[str, DatedList]:
    """The product's own lists. They change with the installation and so stay as they are while a process runs."""
    return read_lists(SHIPPED)


_l = local_codes.c
_LOCAL = (
    select(local_codes)
    .where(_l.authority == bindparam("of_authority"), _l.list == bindparam("in_list"))
    .order_by(_l.code)
)
_ADD = insert(local_codes)
_CHANGE = update(local_codes).where(
    _l.authority == bindparam("of_authority"),
    _l.list == bindparam("in_list"),
    _l.code == bindparam("of_code"),
    _l.version == bindparam("read"),
)


class CodeListRepository:
    """The code lists as the transaction's authority has them."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def get(self, name: str) -> DatedList:
        """One list, with the authority's own codes.

        Raises:
            NotFound.
        """
        listed = shipped().get(name)
        if listed is None:
            raise NotFound()
        if not listed.open:
            return listed
        rows = await self._tx.all(_LOCAL, of_authority=self._tx.authority, in_list=name)
        return listed.with_local(_local(row) for row in rows)

    async def must_be_in_force(self, name: str, codes: Iterable[str], day: date) -> None:
        """Refuse codes that may not be used on that day. The database is asked only where the product's own codes do
        not answer, so an authority's new code counts at once, everywhere.

        Raises:
            CodeNotInForce.
        """
        asked = [code for code in codes if not shipped()[name].in_force(code, day)]
        if asked:
            must_be_in_force(await self.get(name), asked, day)

    async def add(self, name: str, local: ListedCode) -> None:
        """Keep a new code of the authority's own.

        Raises:
            AlreadyExists.
        """
        await self._tx.run(_ADD, [_row(local) | {"authority": self._tx.authority, "list": name, "code": local.code}])

    async def save(self, name: str, local: ListedCode) -> None:
        """Keep a change, which has counted the version on by one.

        Raises:
            Stale: somebody else changed it in between.
        """
        keys: dict[str, Any] = {"of_authority": self._tx.authority, "in_list": name, "of_code": local.code}
        if not await self._tx.run(_CHANGE.values(_row(local)), **keys, read=local.version - 1):
            raise Stale()


def _local(row: Row[Any]) -> ListedCode:
    labels = Text(row.label_da, row.label_en)
    return ListedCode(row.code, labels, row.valid_from, row.valid_to, row.replaced_by, "local", row.version)


def _row(local: ListedCode) -> dict[str, Any]:
    return {
        "label_da": local.labels.da,
        "label_en": local.labels.en,
        "valid_from": local.valid_from,
        "valid_to": local.valid_to,
        "replaced_by": local.replaced_by,
        "version": local.version,
    }
