"""Survey programmes on the wire."""

from chassis.actor import Actor
from chassis.wire import View
from services.surveys.domain.access import turns
from services.surveys.domain.programme import Activation, Anchor, Audience, Programme
from services.surveys.domain.purpose import PURPOSE_TEXTS, Purpose
from services.surveys.schemas.texts import BothLanguages


class WaveView(View):
    """One planned collection point: `offset` after the anchor, answerable for `window` (ISO 8601 durations)."""

    code: str
    offset: str
    window: str


class ProgrammeView(View):
    """A programme, and whether the caller's authority has turned it on."""

    code: str
    title: BothLanguages
    instrument: str
    audience: Audience
    purpose: Purpose
    purpose_text: BothLanguages
    anchor: Anchor
    waves: list[WaveView]
    active: bool
    version: int
    allowed_actions: list[str]

    @classmethod
    def of(cls, programme: Programme, activation: Activation, actor: Actor) -> "ProgrammeView":
        """The programme as one authority has it, with what this caller can do about it."""
        return cls(
            code=programme.code,
            title=BothLanguages.model_validate(programme.title),
            instrument=programme.instrument,
            audience=programme.audience,
            purpose=programme.purpose,
            purpose_text=BothLanguages.model_validate(PURPOSE_TEXTS[programme.purpose]),
            anchor=programme.anchor,
            waves=[WaveView.model_validate(wave) for wave in programme.waves],
            active=activation.active,
            version=activation.version,
            allowed_actions=turns(actor, activation),
        )
