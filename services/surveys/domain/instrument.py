"""A questionnaire: its wording in each language, which answers it knows, and how they become a score."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chassis.errors import Text
from services.surveys.domain.errors import ContentFault, LanguageNotAvailable


@dataclass(frozen=True, slots=True)
class Item:
    """One question or statement. The code is ours and never changes; the text is the owner's."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen, and what it counts."""

    value: int
    label: str


@dataclass(frozen=True, slots=True)
class Wording:
    """The whole questionnaire in one language."""

    stem: str
    items: tuple[Item, ...]
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Licence:
    """What the owner of the words asks for. `attribution` is shown wherever the questions are."""

    name: str
    attribution: str
    source: str
    non_commercial: bool
    unaltered: bool


@dataclass(frozen=True, slots=True)
class Scoring:
    """How answers become a score: `sum`, times a factor; a missing answer means no score, never a guess."""

    type: str
    factor: int
    missing: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One item answered with one value, as the respondent's device sent it."""

    item: str
    value: int


@dataclass(frozen=True, slots=True)
class AnswerFault:
    """What is wrong with one answer: its place in what was sent, the member at fault, and a code."""

    position: int
    member: str
    code: str


class FaultyAnswers(ValueError):
    """Some of the answers cannot be taken, and so none is. `faults` are all that is wrong with them."""

    def __init__(self, faults: tuple[AnswerFault, ...]) -> None:
        super().__init__("answers that cannot be taken")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire of one version. Every language has the same items and values, in the same order."""

    code: str
    version: str
    title: Text
    licence: Licence
    scoring: Scoring
    wordings: Mapping[str, Wording]

    def __post_init__(self) -> None:
        if not self.wordings:
            raise ContentFault(f"{self.code}: no language")
        if (self.scoring.type, self.scoring.missing) != ("sum", "no-score") or self.scoring.factor < 1:
            raise ContentFault(f"{self.code}: scoring is not one we know")
        shapes = {_shape(wording) for wording in self.wordings.values()}
        if len(shapes) > 1:
            raise ContentFault(f"{self.code}: items or values differ between languages")
        items, values = shapes.pop()
        if not items or len(values) < 2 or len(set(items)) < len(items) or len(set(values)) < len(values):
            raise ContentFault(f"{self.code}: items and values must be there, each once")

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it can be answered in."""
        return tuple(self.wordings)

    @property
    def items(self) -> tuple[str, ...]:
        """The codes of its items, in order."""
        return _shape(next(iter(self.wordings.values())))[0]

    @property
    def values(self) -> tuple[int, ...]:
        """What an answer may count."""
        return _shape(next(iter(self.wordings.values())))[1]

    def wording(self, language: str) -> Wording:
        """The questionnaire in one language.

        Raises:
            LanguageNotAvailable: it does not exist in that language, and we do not translate other people's words.
        """
        try:
            return self.wordings[language]
        except KeyError:
            raise LanguageNotAvailable(languages=list(self.languages)) from None

    def faults_in(self, answers: Sequence[Answer]) -> Iterator[AnswerFault]:
        """Everything that is wrong with these answers. An item that is not answered is no fault."""
        times = Counter(answer.item for answer in answers)
        for position, answer in enumerate(answers):
            if answer.item not in self.items:
                yield AnswerFault(position, "item", "unknown-item")
            elif times[answer.item] > 1:
                yield AnswerFault(position, "item", "repeated-item")
            if answer.value not in self.values:
                yield AnswerFault(position, "value", "value-out-of-range")

    def require_faultless(self, answers: Sequence[Answer]) -> None:
        """Refuse answers that this instrument does not know.

        Raises:
            FaultyAnswers: with everything that is wrong.
        """
        if faults := tuple(self.faults_in(answers)):
            raise FaultyAnswers(faults)

    def score(self, answers: Sequence[Answer]) -> int | None:
        """The score of faultless answers; None when an item is missing."""
        given = {answer.item: answer.value for answer in answers}
        if any(item not in given for item in self.items):
            return None
        return self.scoring.factor * sum(given[item] for item in self.items)


def _shape(wording: Wording) -> tuple[tuple[str, ...], tuple[int, ...]]:
    return tuple(item.code for item in wording.items), tuple(option.value for option in wording.options)
