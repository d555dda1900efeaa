"""The table of `zerosum arms-race`, as its full run left it beside this file."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

FILE = Path(__file__).parent / "arms-race.json"


class ArmsRaceTerms(BaseModel):
    """What a race cost."""

    rounds: int = Field(description="Moves of either side.", examples=[8])
    natural: int = Field(description="Steps of natural training before the first move.", examples=[600])
    passes: int = Field(
        description="Batches that a defender's move may send through its classifier and back.", examples=[1000]
    )
    batch: int = Field(description="Digits a batch.", examples=[64])
    attacked: int = Field(description="Training digits that the attacker works on each round.", examples=[600])
    steps: int = Field(description="Of the attack on each of them.", examples=[20])
    judged: int = Field(description="Test digits by which a round is judged.", examples=[400])
    judging: int = Field(description="Steps of the attack on each of those.", examples=[40])
    margin: int = Field(description="After the last round, steps of PGD on the margin.", examples=[100])
    queries: int = Field(description="After the last round, queries of Square.", examples=[1000])


class ArmsRaceRound(BaseModel):
    """A defender after so many moves."""

    kind: Literal["adversarial", "patched", "denoiser"] = Field(
        description="`adversarial` attacks itself at every step, `patched` learns from all that ever beat it, "
        "`denoiser` trains a network in front of its classifier on the same.",
        examples=["patched"],
    )
    width: int = Field(description="Of its classifier: its capacity.", examples=[32])
    eps: int = Field(description="How far the attacker may move a value, in steps of 1/255.", examples=[76])
    round: int = Field(description="0 is the natural classifier, before any move.", examples=[8])
    clean: float = Field(description="Share of test digits that are right without an attack.", examples=[0.98])
    replayed: float | None = Field(
        description="Share that is right under what the attacker found a round ago; null in round 0.", examples=[0.97]
    )
    robust: float = Field(
        description="Share that is right under what the attacker finds now, through all that the defender has.",
        examples=[0.01],
    )
    beaten: float = Field(description="Share of the attacked training digits that beat it now.", examples=[0.99])
    n: int = Field(description="How many test digits.", examples=[400])
    margin: float | None = Field(
        description="After the last round: what is left when PGD on the margin has tried as well.", examples=[None]
    )
    worst: float | None = Field(
        description="After the last round: what is left when Square, which needs no gradient, has tried too.",
        examples=[None],
    )


class ArmsRaceAnswer(BaseModel):
    """Attacker against defender, round after round."""

    attack: str = Field(description="The attack, as GET /v1/attacks lists it; in L-inf, white box.", examples=["pgd"])
    data: str = Field(description="The data set.", examples=["mnist-10k"])
    seed: int = Field(description="Of every race.", examples=[0])
    machine: str = Field(description="Where it was run.")
    terms: ArmsRaceTerms = Field(description="What every race cost.")
    rounds: list[ArmsRaceRound] = Field(description="Race by race, round by round.")


@cache
def arms_race() -> ArmsRaceAnswer:
    """The committed table."""
    return ArmsRaceAnswer.model_validate_json(FILE.read_bytes())
