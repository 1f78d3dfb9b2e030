"""Instruments on the wire."""

from typing import Literal

from chassis.wire import View
from services.surveys.domain.instrument import Instrument, Wording
from services.surveys.schemas.texts import BothLanguages


class OptionView(View):
    """One answer that can be chosen."""

    value: int
    label: str


class ItemView(View):
    """One question or statement with its answers. Send `code` and the chosen `value`."""

    code: str
    text: str
    options: list[OptionView]


class WordingView(View):
    """The questionnaire in one language."""

    language: str
    stem: str
    items: list[ItemView]


class LicenceView(View):
    """What the owner of the words asks for. Show `attribution` wherever the questions are shown."""

    name: str
    attribution: str
    source: str
    non_commercial: bool
    unaltered: bool


class ScoringView(View):
    """How answers become a score. `no-score`: one answer missing, no score."""

    type: Literal["sum"]
    factor: int
    missing: Literal["no-score"]


class InstrumentSummary(View):
    """An instrument in a list."""

    code: str
    version: str
    title: BothLanguages
    languages: list[str]

    @classmethod
    def of(cls, instrument: Instrument) -> "InstrumentSummary":
        """The summary of an instrument."""
        return cls(
            code=instrument.code,
            version=instrument.version,
            title=BothLanguages.model_validate(instrument.title),
            languages=list(instrument.languages),
        )


class InstrumentView(InstrumentSummary):
    """An instrument with its wording in every language, its licence and its scoring."""

    licence: LicenceView
    scoring: ScoringView
    wordings: list[WordingView]

    @classmethod
    def of(cls, instrument: Instrument) -> "InstrumentView":
        """The whole instrument."""
        return cls(
            **dict(InstrumentSummary.of(instrument)),
            licence=LicenceView.model_validate(instrument.licence),
            scoring=ScoringView.model_validate(instrument.scoring),
            wordings=[
                WordingView(language=language, stem=wording.stem, items=items_of(wording))
                for language, wording in instrument.wordings.items()
            ],
        )


def items_of(wording: Wording) -> list[ItemView]:
    """The items of a wording, each with its answers, so that a page can show them one by one."""
    options = [OptionView.model_validate(option) for option in wording.options]
    return [ItemView(code=item.code, text=item.text, options=options) for item in wording.items]
