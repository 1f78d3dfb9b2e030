"""Criteria sets on the wire: how they are written, how they are read, and who falls between."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from chassis.actor import Actor
from chassis.errors import Text
from chassis.problems import Fault, Faults
from chassis.wire import Body, Code, Day, LongText, Moment, ShortText, View
from services.cases.domain.coverage import Coverage
from services.cases.domain.criteria import CriteriaSet, CriteriaStatus, SourceStatus
from services.cases.domain.criteria_content import FactKind
from services.cases.domain.errors.criteria import FaultyWriting
from services.cases.schemas.expressions import RuleTree, Statement
from services.cases.schemas.requests import Url, Yes


class CriteriaText(Body):
    """The same words in Danish and in English."""

    da: LongText
    en: LongText


class CriteriaChoice(Body):
    """One value that a fact of kind `code` can have."""

    code: Code
    text: CriteriaText


class CriteriaSourceRequest(Body):
    """Where the criteria come from. `status` says plainly whether they are law."""

    label: CriteriaText
    status: SourceStatus
    reference: ShortText
    url: Url | None = None


class CriteriaFactRequest(Body):
    """One question about the citizen's situation. An `age` is told in whole years, or by the year of birth.

    A `judgement` (yes or no) is a professional's own and is told with what it rests on.
    """

    code: Code
    kind: FactKind
    text: CriteriaText
    choices: Annotated[list[CriteriaChoice], Field(max_length=50)] = Field(default_factory=list)
    judgement: Yes = False


class CriterionRequest(Body):
    """A condition in words, and the statement that checks it."""

    code: Code
    text: CriteriaText
    test: Statement


class CriteriaRuleRequest(Body):
    """Whom the authority must (skal) and whom it may (kan) offer the effort; at least one of the two."""

    must: RuleTree | None = None
    may: RuleTree | None = None


Facts = Annotated[list[CriteriaFactRequest], Field(min_length=1, max_length=60)]
Criteria = Annotated[list[CriterionRequest], Field(min_length=1, max_length=60)]


class CriteriaSetRequest(Body):
    """A new edition of the criteria under a code, as a draft."""

    id: UUID | None = None
    code: Code
    title: CriteriaText
    source: CriteriaSourceRequest
    facts: Facts
    criteria: Criteria
    rule: CriteriaRuleRequest

    def document(self) -> dict[str, Any]:
        """What is written, every member present."""
        return self.model_dump(mode="json", by_alias=True, exclude={"id", "code"})


class CriteriaSetPatch(Body):
    """A merge patch of a draft: what is named changes, lists as a whole; what is absent stays."""

    title: CriteriaText | None = None
    source: CriteriaSourceRequest | None = None
    facts: Facts | None = None
    criteria: Criteria | None = None
    rule: CriteriaRuleRequest | None = None

    @model_validator(mode="after")
    def _empties_nothing(self) -> Self:
        if any(getattr(self, name) is None for name in self.model_fields_set):
            raise ValueError("a criteria set has each of these")
        return self

    def changes(self) -> dict[str, Any]:
        """What is named, and no more. A list is written whole, so its items have every member."""
        named = self.model_dump(mode="json", by_alias=True, exclude_unset=True)
        whole = self.model_dump(mode="json", by_alias=True, include=self.model_fields_set & {"facts", "criteria"})
        return named | whole


class CriteriaPublicationRequest(Body):
    """The first day on which it is in force: today at the earliest."""

    valid_from: Day


class CriteriaSourceView(View):
    """Where the criteria come from. `status` says plainly whether they are law."""

    label: CriteriaText
    status: SourceStatus
    reference: str
    url: str | None = None


class CriteriaFactView(View):
    """One question about the citizen's situation."""

    code: str
    kind: FactKind
    text: CriteriaText
    choices: list[CriteriaChoice] = Field(default_factory=list)
    judgement: bool = False


class CriterionView(View):
    """A condition in words, the facts it asks for, and the statement that checks it."""

    code: str
    text: CriteriaText
    needs: list[str]
    test: Statement


class CriteriaRuleView(View):
    """Whom the authority must (skal) and whom it may (kan) offer the effort."""

    must: RuleTree | None = None
    may: RuleTree | None = None


class CriteriaSetSummary(View):
    """A criteria set, as a list shows it. It is in force from `validFrom` to `validTo`, both included; without an end
    until another edition of its code is published. `shipped` ones come with the product."""

    id: UUID
    code: str
    edition: int
    title: CriteriaText
    source: CriteriaSourceView
    status: CriteriaStatus
    shipped: bool
    valid_from: Day | None
    valid_to: Day | None
    published_at: Moment | None
    version: int


class CriteriaSetView(CriteriaSetSummary):
    """A criteria set in full."""

    facts: list[CriteriaFactView]
    criteria: list[CriterionView]
    rule: CriteriaRuleView
    allowed_actions: list[str]


class KeptOutView(View):
    """How many were kept out by one thing: any one of these criteria, had it been met, would have let them in. Without
    criteria: everybody else, who lacked more. `people` is null where a count could tell of single persons."""

    criteria: list[str]
    people: int | None


class CriteriaCoverageView(View):
    """Who falls between: each citizen's latest assessment by this set, counted. Null is a count below five, or one that
    is withheld so that none below five can be worked out."""

    criteria_set_id: UUID
    code: str
    edition: int
    counted_on: Day
    assessed: int | None
    selected: int | None
    not_selected: int | None
    unknown: int | None
    kept_out: list[KeptOutView]


def summary(shown: CriteriaSet) -> CriteriaSetSummary:
    """A set as a list shows it."""
    return CriteriaSetSummary.model_validate(_heading(shown))


def whole(shown: CriteriaSet, actor: Actor | None = None) -> CriteriaSetView:
    """A set in full, with what this reader may do with it."""
    needs = {code: sorted(criterion.needs) for code, criterion in shown.content().criteria.items()}
    criteria = [{**one, "needs": needs[one["code"]]} for one in shown.document["criteria"]]
    told = {name: shown.document[name] for name in ("facts", "rule")}
    edits = actor is not None and actor.has("administrator") and actor.permits("criteria:write")
    actions = ["publishCriteriaSet", "updateCriteriaSet"] if edits and shown.status == "draft" else []
    return CriteriaSetView.model_validate(_heading(shown) | told | {"criteria": criteria, "allowed_actions": actions})


def _heading(shown: CriteriaSet) -> dict[str, Any]:
    plain = ("id", "code", "edition", "status", "shipped", "valid_from", "valid_to", "published_at", "version")
    told = {name: getattr(shown, name) for name in plain}
    return told | {name: shown.document[name] for name in ("title", "source")}


def counted(shown: CriteriaSet, found: Coverage, on: Any) -> CriteriaCoverageView:
    """The counts of a set that may be told."""
    return CriteriaCoverageView(
        criteria_set_id=shown.id,
        code=shown.code,
        edition=shown.edition,
        counted_on=on,
        assessed=found.assessed,
        selected=found.selected,
        not_selected=found.not_selected,
        unknown=found.unknown,
        kept_out=[KeptOutView(criteria=list(one.criteria), people=one.people) for one in found.kept_out],
    )


FAULTS = {
    "bounds-are-crossed": Text("den nedre grænse er over den øvre", "the lower bound is above the upper"),
    "choices-do-not-fit": Text(
        "kun en oplysning af slagsen code har valg, og hvert står én gang",
        "only a fact of kind code has choices, and each stands once",
    ),
    "kind-does-not-fit": Text(
        "en faglig vurdering besvares med ja eller nej", "a judgement is answered with yes or no"
    ),
    "not-of-several": Text("not gælder ét udsagn", "not is of one statement"),
    "not-used": Text("bruges ikke og må derfor ikke spørges om", "is not used, and so must not be asked"),
    "operation-does-not-fit": Text("passer ikke til den slags oplysning", "does not fit a fact of that kind"),
    "repeated-code": Text("står der allerede", "stands there already"),
    "rule-is-empty": Text("mangler både must og may", "has neither must nor may"),
    "too-deep": Text("er for dybt indlejret", "is nested too deeply"),
    "too-many-statements": Text("har for mange udsagn", "has too many statements"),
    "unknown-criterion": Text("er ikke et kriterium i sættet", "is not a criterion of the set"),
    "unknown-fact": Text("er ikke en oplysning, sættet spørger om", "is not a fact that the set asks for"),
    "value-does-not-fit": Text("passer ikke til oplysningen", "does not fit the fact"),
}


def told(faulty: FaultyWriting) -> Faults:
    """Everything that is wrong with what was written, each with its place in the body."""
    return Faults([Fault("body", fault.pointer, fault.code, FAULTS[fault.code]) for fault in faulty.faults])
