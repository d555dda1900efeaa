"""The ladder's rungs are what they say, and metrics climb them."""

import torch

from training.metrics.frechet import frechet_distance
from training.metrics.ladder import Bytes, blurred, climb, ladder, memorised, noisy, to_bytes

GENERATOR = torch.Generator().manual_seed(0)
LABELS = torch.arange(200) % 10
IMAGES = torch.randint(0, 256, (200, 1, 12, 12), generator=GENERATOR, dtype=torch.uint8)
IMAGES[:, 0, 0, 0] = LABELS.to(torch.uint8)  # a label that can be read from the image


def rungs(seed: int = 0) -> dict[str, Bytes]:
    return climb(ladder(IMAGES, LABELS, n=100, seed=seed), lambda images: images)


def test_every_rung_has_n_images_of_8_bits_and_the_seed_decides_them() -> None:
    assert {(images.shape, images.dtype) for images in rungs().values()} == {((100, 1, 12, 12), torch.uint8)}
    assert all(torch.equal(images, again) for images, again in zip(rungs().values(), rungs().values(), strict=True))
    assert not torch.equal(rungs()["noise 0.1"], rungs(seed=1)["noise 0.1"])


def test_dropped_classes_are_gone_and_the_others_are_not() -> None:
    found = {name: set(images[:, 0, 0, 0].tolist()) for name, images in rungs().items()}
    assert found["one class dropped"] == set(range(1, 10))
    assert found["half the classes dropped"] == {5, 6, 7, 8, 9}


def test_the_collapsed_rung_has_one_image_a_class() -> None:
    images = rungs()["10 images, copied"]
    assert len({bytes(image.flatten().tolist()) for image in images}) == 10
    assert set(images[:, 0, 0, 0].tolist()) == set(range(10))


def test_a_class_that_nobody_names_has_no_image_to_copy() -> None:
    found = ladder(IMAGES[LABELS != 3], LABELS[LABELS != 3], n=50)
    assert [rung.name for rung in found][-1] == "9 images, copied"
    assert {len(rung.images) for rung in found} == {50}


def test_of_one_class_none_can_be_dropped() -> None:
    names = [rung.name for rung in ladder(IMAGES, torch.zeros(200, dtype=torch.int64), n=20)]
    assert names[-2:] == ["blur 2 px", "1 images, copied"]


def test_memorised_images_are_training_images() -> None:
    known = {bytes(image.flatten().tolist()) for image in IMAGES}
    copies = memorised(IMAGES, n=500)
    assert len(copies.images) == 500
    assert {bytes(image.flatten().tolist()) for image in copies.images} <= known


def test_noise_has_the_stated_deviation() -> None:
    grey = torch.full((50, 1, 12, 12), 128, dtype=torch.uint8)
    noise = (noisy(grey, 0.1, torch.Generator().manual_seed(0)).double() - 128) / 255
    assert abs(float(noise.std()) - 0.1) < 0.004


def test_a_blur_keeps_the_light_and_the_stated_width() -> None:
    point = torch.zeros(1, 3, 31, 31, dtype=torch.uint8)
    point[:, :, 15, 15] = 255
    soft = blurred(point, 1.0)[0, 0] / 255
    offsets = torch.arange(31) - 15.0
    assert torch.equal(blurred(point, 1.0)[0, 0], blurred(point, 1.0)[0, 2])
    assert abs(float(soft.sum()) - 1) < 0.05
    assert abs(float((soft.sum(dim=0) * offsets**2).sum() / soft.sum()) - 1) < 0.1


def test_a_metric_rises_with_the_noise() -> None:
    dim = IMAGES // 4 + 96  # so that noise is not clipped

    def score(images: Bytes) -> float:
        return frechet_distance(images.flatten(1)[:, :40] / 255, dim.flatten(1)[:, :40] / 255)

    found = climb(ladder(dim, LABELS, n=200), score)
    heights = [found[f"noise {sigma}"] for sigma in (0.05, 0.1, 0.2, 0.3)]
    assert heights == sorted(heights)


def test_bytes_are_rounded_to_the_nearest_and_clipped() -> None:
    assert to_bytes(torch.tensor([-0.1, 0.49 / 255, 0.51 / 255, 1.2])[None, None, None]).flatten().tolist() == [
        0,
        0,
        1,
        255,
    ]
