"""A survey programme: which instrument is sent when and why; and whether an authority has turned it on."""

from dataclasses import dataclass
from typing import Literal

from chassis.errors import InvalidTransition, Text
from services.surveys.domain.errors import ContentFault, ProgrammeNotActive, UnknownWave
from services.surveys.domain.period import Period
from services.surveys.domain.purpose import Purpose

Audience = Literal["citizen", "staff"]
Anchor = Literal["case-opened", "enrolled", "calendar"]


@dataclass(frozen=True, slots=True)
class Wave:
    """One planned collection point: so long after the anchor, answerable for so long."""

    code: str
    offset: str
    window: str

    @property
    def is_baseline(self) -> bool:
        """True for a wave that is due at the anchor itself."""
        return Period.parse(self.offset).is_zero

    @property
    def validity(self) -> Period:
        """How long an invitation to this wave can be answered, from when it is issued."""
        return Period.parse(self.window)


@dataclass(frozen=True, slots=True)
class Programme:
    """The plan. It is content, the same in every authority; each authority turns it on or leaves it off."""

    code: str
    title: Text
    instrument: str
    audience: Audience
    purpose: Purpose
    anchor: Anchor
    waves: tuple[Wave, ...]

    def __post_init__(self) -> None:
        codes = [wave.code for wave in self.waves]
        if not codes or len(set(codes)) < len(codes):
            raise ContentFault(f"{self.code}: waves must be there, each once")
        try:
            empty = any(wave.validity.is_zero for wave in self.waves)
            _ = [wave.is_baseline for wave in self.waves]
        except ValueError as fault:
            raise ContentFault(f"{self.code}: {fault}") from fault
        if empty:
            raise ContentFault(f"{self.code}: a wave that cannot be answered")

    def wave(self, code: str) -> Wave:
        """The wave of this name.

        Raises:
            UnknownWave: the programme has none.
        """
        for wave in self.waves:
            if wave.code == code:
                return wave
        raise UnknownWave()

    @property
    def baseline(self) -> tuple[Wave, ...]:
        """The waves that are due at the anchor itself."""
        return tuple(wave for wave in self.waves if wave.is_baseline)


@dataclass(slots=True)
class Activation:
    """Whether one authority uses one programme. Every programme is off until somebody turns it on."""

    authority: str
    programme: str
    active: bool = False
    version: int = 1

    def turn_on(self) -> None:
        """Invite from now on. Refused when it is on: a repeat and a mistake must not look alike."""
        self._turn(to=True)

    def turn_off(self) -> None:
        """Invite no more. What is out can still be answered."""
        self._turn(to=False)

    def require_active(self) -> None:
        """Refuse unless the programme is on.

        Raises:
            ProgrammeNotActive: it is off.
        """
        if not self.active:
            raise ProgrammeNotActive()

    @property
    def allowed_actions(self) -> list[str]:
        """The step that exists from here."""
        return ["deactivation"] if self.active else ["activation"]

    def _turn(self, *, to: bool) -> None:
        if self.active is to:
            raise InvalidTransition(allowed=self.allowed_actions)
        self.active = to
