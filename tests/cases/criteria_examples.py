"""Criteria sets and assessments as somebody would write them."""

from typing import Any

from tests.cases.world import Caller, Json, World

EXAMPLE = "019a8f00-0000-7000-8000-00002022a001"
"""The shipped set: the target group of the agreement of 2022."""

WORDS = "Hun har brug for, at nogen holder trådene samlet."
# Health and social facts of somebody whom the shipped example must be offered to, and of somebody whom it need not.
IN_NEED = {"age": 41, "has-min-plan": True, "benefit": "kontanthjaelp", "substance-treatment": True}
TOO_YOUNG = IN_NEED | {"age": 23, "complex-problems": False}
JUDGED = [{"criterion": "has-complex-problems", "text": "Hendes problemer kan løses hver for sig."}]
PATH = {"sector": "employment", "responsible": "anna"}


def text(da: str, en: str = "-") -> Json:
    """The same words in two languages."""
    return {"da": da, "en": en}


def fact(code: str, kind: str = "yes-no", **more: Any) -> Json:
    """A question."""
    return {"code": code, "kind": kind, "text": text(f"Hvad med {code}?")} | more


def criterion(code: str, **test: Any) -> Json:
    """A condition, and the statement that checks it."""
    return {"code": code, "text": text(f"{code} er opfyldt."), "test": test}


def leaf(code: str) -> Json:
    """A criterion in a rule."""
    return {"op": "criterion", "code": code}


def criteria_set(code: str = "local-support", **changes: Any) -> Json:
    """A set that asks how old somebody is and whether they are homeless, but for the changes."""
    return {
        "code": code,
        "title": text("Støtte i kommunen", "Support in the municipality"),
        "source": {"label": text("kommunens egne", "local"), "status": "local", "reference": "Byrådet, 1. januar"},
        "facts": [fact("age", "age"), fact("homeless")],
        "criteria": [
            criterion("grown", op="at-least", fact="age", value=18),
            criterion("without-a-home", op="is", fact="homeless", value=True),
        ],
        "rule": {"must": {"op": "all-of", "of": [leaf("grown"), leaf("without-a-home")]}},
    } | changes


def assessment(facts: Json | None = None, **changes: Any) -> Json:
    """An assessment by the shipped example, but for the changes."""
    told = IN_NEED if facts is None else facts
    return {"criteriaSetId": EXAMPLE, "facts": [{"code": c, "value": v} for c, v in told.items()]} | changes


def administrator(world: World, **how: Any) -> Caller:
    """Who writes criteria sets."""
    return _purposeful(world.caller(None, role="administrator", subject="ada", **how), "quality-control")


def auditor(world: World) -> Caller:
    """Who counts."""
    return _purposeful(world.caller(None, role="auditor", subject="otto"), "audit")


def anybody(world: World) -> Caller:
    """Somebody without a token."""
    return Caller(world.http, {"Accept-Language": "da"})


def _purposeful(caller: Caller, purpose: str) -> Caller:
    return Caller(caller.http, caller.headers | {"Access-Purpose": purpose})


def assessments_at(case: Json, made: Json | None = None) -> str:
    """The address of a case's assessments, or of one."""
    return f"/cases/{case['id']}/assessments" + (f"/{made['id']}" if made else "")


def kept_out(**changes: Any) -> Json:
    """An assessment that selects nobody."""
    return assessment(TOO_YOUNG, evidence=JUDGED, path=PATH) | changes
