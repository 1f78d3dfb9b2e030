"""All instruments and programmes this installation ships, loaded once and never changed while it runs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from chassis.errors import NotFound
from services.surveys.domain.errors import ContentFault, UnknownWave
from services.surveys.domain.instrument import Instrument
from services.surveys.domain.programme import Programme, Wave

Content = TypeVar("Content", Instrument, Programme)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Instruments and programmes by code, in the order of their codes."""

    instruments: Mapping[str, Instrument]
    programmes: Mapping[str, Programme]

    @classmethod
    def of(cls, instruments: Iterable[Instrument], programmes: Iterable[Programme]) -> "Catalogue":
        """Put the content together.

        Raises:
            ContentFault: a code is used twice, or a programme names an instrument that is not there.
        """
        catalogue = cls(_by_code(instruments), _by_code(programmes))
        for programme in catalogue.programmes.values():
            if programme.instrument not in catalogue.instruments:
                raise ContentFault(f"{programme.code}: no instrument {programme.instrument!r}")
        return catalogue

    def instrument(self, code: str) -> Instrument:
        """The instrument of this code.

        Raises:
            NotFound: there is none.
        """
        if code not in self.instruments:
            raise NotFound()
        return self.instruments[code]

    def programme(self, code: str) -> Programme:
        """The programme of this code.

        Raises:
            NotFound: there is none.
        """
        if code not in self.programmes:
            raise NotFound()
        return self.programmes[code]

    def planned(self, programme: str, wave: str) -> tuple[Programme, Wave]:
        """The programme and the wave that a request names.

        Raises:
            UnknownWave: one of them does not exist.
        """
        if programme not in self.programmes:
            raise UnknownWave()
        return self.programmes[programme], self.programmes[programme].wave(wave)

    def anchored_at_case_opened(self) -> list[Programme]:
        """The programmes for citizens that start when a case opens."""
        return [p for p in self.programmes.values() if p.anchor == "case-opened" and p.audience == "citizen"]


def _by_code(contents: Iterable[Content]) -> dict[str, Content]:
    found: dict[str, Content] = {}
    for content in contents:
        if content.code in found:
            raise ContentFault(f"{content.code}: twice")
        found[content.code] = content
    return dict(sorted(found.items()))
