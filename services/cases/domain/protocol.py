"""Whether the parts of a protocol fit together: every fault by its code, all at once."""

from collections.abc import Iterable, Iterator

from services.cases.domain.allocation import COMPARISON, NAMED
from services.cases.domain.errors.trials import ProtocolUnsound
from services.cases.domain.trial import LegalBasis, Protocol


def must_be_sound(protocol: Protocol, basis: LegalBasis) -> None:
    """Refuse a protocol that nobody could carry out, or that the legal basis does not cover.

    Raises:
        ProtocolUnsound: with the codes of all faults.
    """
    found = sorted({*_faults(protocol, basis), *_faults_of_allocation(protocol)})
    if found:
        raise ProtocolUnsound(faults=found)


def _faults(protocol: Protocol, basis: LegalBasis) -> Iterator[str]:
    codes = {
        "arm": [arm.code for arm in protocol.arms],
        "stratum": [stratum.code for stratum in protocol.strata],
        "outcome": [outcome.code for outcome in protocol.outcomes],
        "provision": [provision.code for provision in basis.provisions],
    }
    yield from (f"{kind}-twice" for kind, listed in codes.items() if _repeats(listed))
    if basis.valid_to < basis.valid_from:
        yield "legal-basis-backwards"
    if not protocol.exempts_from <= basis.codes:
        yield "exempt-from-outside-legal-basis"
    if any(arm.code == COMPARISON and arm.exempt_from for arm in protocol.arms):
        yield "comparison-exempts"


def _faults_of_allocation(protocol: Protocol) -> Iterator[str]:
    allocation, arms = protocol.allocation, {arm.code for arm in protocol.arms}
    if allocation.method not in NAMED and len(arms) < 2:
        yield "nothing-to-compare"
    if set(allocation.ratio) != arms:
        yield "ratio-of-other-arms"
    if any(size % sum(allocation.ratio.values()) for size in allocation.block_sizes):
        yield "block-size-not-a-multiple-of-the-ratio"
    if (allocation.method in NAMED) != (allocation.rule is not None):
        yield "rule-is-for-named-arms"
    if (allocation.method == "stepped-wedge") != bool(allocation.steps):
        yield "steps-are-for-stepped-wedge"
    if allocation.method == "stepped-wedge":
        if allocation.unit not in ("unit", "authority"):
            yield "steps-are-of-units-or-authorities"
        if len(arms) != 2 or COMPARISON not in arms:
            yield "steps-lead-from-comparison-to-one-arm"
        if _repeats(step.cluster for step in allocation.steps):
            yield "step-twice"


def _repeats(listed: Iterable[str]) -> bool:
    told = list(listed)
    return len(set(told)) < len(told)
