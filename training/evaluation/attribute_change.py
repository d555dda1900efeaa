"""What became of a face's attributes in translation: the one that was to change, and all the others."""

from dataclasses import dataclass

import torch

from models.tensors import Images
from training.data import Dataset
from training.evaluation.extractor import Extractor
from training.evaluation.report import Row, Section
from training.metrics.estimate import Estimate
from training.metrics.ladder import to_bytes


@dataclass(frozen=True)
class Change:
    """Shares of the answers, as the classifier reads them: the wanted value, and each other attribute unchanged."""

    attribute: str
    wanted: str
    reached: float
    kept: dict[str, float]

    @property
    def kept_on_average(self) -> float:
        """Over the other attributes."""
        return sum(self.kept.values()) / len(self.kept)

    def values(self) -> dict[str, float]:
        """As figures of a card."""
        worst = min(self.kept.values())
        return {"changed": self.reached, "kept": self.kept_on_average, "kept-worst-attribute": worst}

    def section(self, n: int) -> Section:
        """The table of a report."""
        rows = [Row(f"{self.attribute} is {self.wanted}", n, {"share": Estimate(self.reached)})]
        rows += [Row(f"{name} as it was", n, {"share": Estimate(share)}) for name, share in self.kept.items()]
        return Section(f"attributes: {self.attribute} to {self.wanted}", tuple(rows), "as the classifier reads them")


def change_of(direction: str, made: Images, extractor: Extractor, test: Dataset) -> Change | None:
    """None where the direction does not end in a value of one of the attributes of the test faces."""
    wanted = direction.rpartition("-to-")[2]
    changed = test.name.rpartition(":")[2]
    if wanted not in test.attribute_names.get(changed, ()):
        return None
    view = extractor.view(to_bytes(made))
    reached, kept = 0.0, {}
    for code, head in zip(extractor.codes, view.heads, strict=True):
        read = head.argmax(dim=1)
        if code.name == changed:
            reached = float((read == code.values.index(wanted)).float().mean())
        elif test.attribute_names.get(code.name) == code.values:
            truth = torch.from_numpy(test.attributes[code.name])
            kept[code.name] = float((read == truth).float().mean())
    return Change(changed, wanted, reached, kept)
