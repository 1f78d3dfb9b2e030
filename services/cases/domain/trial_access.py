"""Who may do what with a trial: managers lead it, sites enrol in it, evaluators read pseudonyms."""

from chassis.actor import Actor
from services.cases.domain.trial import STEPS, Trial

MANAGER, EVALUATOR = "trial-manager", "evaluator"
# Which call leads to which part of its life.
_CALLS = {
    "registered": "registerTrial",
    "recruiting": "startRecruitment",
    "running": "endRecruitment",
    "follow-up": "startFollowUp",
    "closed": "closeTrial",
}


def trial_actions(trial: Trial, actor: Actor) -> list[str]:
    """What this actor may do with the trial now, by operation id."""
    if actor.authority:
        enrols = trial.status == "recruiting" and actor.permits("enrolments:write")
        return ["enrolCitizen"] if enrols else []
    if not actor.has(MANAGER) or not actor.permits("trials:write"):
        return []
    actions = ["addTrialSite", *(_CALLS[step] for step in STEPS[trial.status])]
    actions.append("replaceTrial" if trial.status == "draft" else "amendTrial")
    if trial.legal_basis.steps:
        actions.append("decideLegalBasis")
    if trial.seed is None and trial.past_recruitment:
        actions.append("revealSeed")
    return sorted(actions)


def sees_arms(trial: Trial, actor: Actor) -> bool:
    """True for who may see which pseudonym is in which arm. Who leads the trial does so once nobody is allocated any
    more: with the arms so far, and the sizes of the blocks, the next one could be guessed."""
    return actor.has(EVALUATOR) or trial.seed is not None


def sees_block_sizes(trial: Trial, actor: Actor) -> bool:
    """True for who leads the trial and sees no arms; for everybody, once the seed is revealed."""
    leads = actor.authority is None and actor.has(MANAGER)
    return trial.seed is not None or (leads and not sees_arms(trial, actor))
