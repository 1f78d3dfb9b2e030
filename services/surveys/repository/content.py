"""Instruments and programmes, read from the JSON files beside the code and checked before anything starts.

To add an instrument or a programme, add a file. A file that is wrong stops the process with its name.
"""

from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from chassis.errors import Text
from services.surveys.domain.catalogue import Catalogue
from services.surveys.domain.errors import ContentFault
from services.surveys.domain.instrument import Instrument, Item, Licence, Option, Scoring, Wording
from services.surveys.domain.programme import Programme, Wave
from services.surveys.domain.purpose import Purpose

CONTENT = Path(__file__).parent.parent


class _File(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class _Title(_File):
    da: str = Field(min_length=1)
    en: str = Field(min_length=1)


class _Item(_File):
    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")
    text: str = Field(min_length=1)


class _Option(_File):
    value: int
    label: str = Field(min_length=1)


class _Wording(_File):
    stem: str = Field(min_length=1)
    items: list[_Item]
    options: list[_Option]


class _Licence(_File):
    name: str = Field(min_length=1)
    attribution: str = Field(min_length=1)
    source: str = Field(min_length=1)
    non_commercial: bool
    unaltered: bool


class _Scoring(_File):
    type: Literal["sum"]
    factor: int
    missing: Literal["no-score"]


class _InstrumentFile(_File):
    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")
    version: str = Field(pattern=r"^[0-9]{1,18}$")
    title: _Title
    licence: _Licence
    scoring: _Scoring
    languages: dict[Literal["da", "en"], _Wording]

    def to_domain(self) -> Instrument:
        return Instrument(
            code=self.code,
            version=self.version,
            title=Text(**self.title.model_dump()),
            licence=Licence(**self.licence.model_dump()),
            scoring=Scoring(**self.scoring.model_dump()),
            wordings={
                language: Wording(
                    stem=wording.stem,
                    items=tuple(Item(item.code, item.text) for item in wording.items),
                    options=tuple(Option(option.value, option.label) for option in wording.options),
                )
                for language, wording in self.languages.items()
            },
        )


class _Wave(_File):
    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")
    offset: str
    window: str


class _ProgrammeFile(_File):
    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")
    title: _Title
    instrument: str
    audience: Literal["citizen", "staff"]
    purpose: Purpose
    anchor: Literal["case-opened", "enrolled", "calendar"]
    waves: list[_Wave]

    def to_domain(self) -> Programme:
        return Programme(
            code=self.code,
            title=Text(**self.title.model_dump()),
            instrument=self.instrument,
            audience=self.audience,
            purpose=self.purpose,
            anchor=self.anchor,
            waves=tuple(Wave(wave.code, wave.offset, wave.window) for wave in self.waves),
        )


File = TypeVar("File", bound=_File)


def load_catalogue(folder: Path = CONTENT) -> Catalogue:
    """All content of an installation: `instruments/*.json` and `programmes/*.json` in the folder.

    Raises:
        ContentFault: a file is not of its form or contradicts itself or another; the message names it.
    """
    instruments = [_read(path, _InstrumentFile).to_domain() for path in _files(folder / "instruments")]
    programmes = [_read(path, _ProgrammeFile).to_domain() for path in _files(folder / "programmes")]
    return Catalogue.of(instruments, programmes)


def _files(folder: Path) -> list[Path]:
    found = sorted(folder.glob("*.json"))
    if not found:
        raise ContentFault(f"no content in {folder}")
    return found


def _read(path: Path, kind: type[File]) -> File:
    try:
        return kind.model_validate_json(path.read_bytes())
    except ValidationError as wrong:
        raise ContentFault(f"{path.name}: {wrong}") from None
