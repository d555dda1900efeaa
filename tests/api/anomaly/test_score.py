"""Scores that mean something: p-values of held-out normals, decisions at a stated rate, maps on a fixed scale."""

import base64
import io
import zipfile
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image
from scipy import stats  # type: ignore[import-untyped]

from tests.api.steering import BRICK, UNCALIBRATED, UNET, digit, normal_levels, refused, saved, show

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCORE = "/v1/anomaly/score"
NORMALS = 199


async def told(client: httpx.AsyncClient, *files: bytes, **fields: str) -> dict[str, Any]:
    answer = await show(client, SCORE, *files, **({"model": BRICK} | fields))
    assert answer.status_code == 200, answer.text
    facts: dict[str, Any] = answer.json()
    return facts


def normal(seed: int) -> bytes:
    """As those that the model was calibrated on."""
    return saved(Image.fromarray(normal_levels(seed)))


def opened(data: bytes | str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(data) if isinstance(data, str) else data))


async def test_an_answer_has_score_p_value_decision_and_maps(client: httpx.AsyncClient) -> None:
    facts = await told(client, normal(5000))
    assert (facts["normals"], facts["false_positive_rate"], facts["count"]) == (NORMALS, 0.01, 1)
    (finding,) = facts["findings"]
    k = round(finding["p_value"] * (NORMALS + 1)) - 1
    assert finding["p_value"] == pytest.approx((k + 1) / (NORMALS + 1))
    assert finding["anomalous"] == (finding["p_value"] <= 0.01)
    heat = opened(facts["images"][0])
    assert (heat.mode, heat.size) == ("P", (32, 32))
    assert np.asarray(heat).max() == round(min(1, finding["hottest"] / facts["full_scale"]) * 255)
    assert opened(facts["overlays"][0]).mode == "RGB"
    assert opened(facts["reconstructions"][0]).size == (32, 32)


async def test_the_realised_rate_on_fresh_normals_is_within_its_binomial_interval(client: httpx.AsyncClient) -> None:
    rate, n = 0.05, 200
    wrong = 0
    for start in range(0, n, 100):
        facts = await told(client, *map(normal, range(9000 + start, 9100 + start)), false_positive_rate=str(rate))
        wrong += sum(finding["anomalous"] for finding in facts["findings"])
    # over fresh normals and fresh calibrations the count is beta-binomial: a = floor(rate (n + 1)) of n + 1 ranks
    a = int(rate * (NORMALS + 1))
    low, high = stats.betabinom(n, a, NORMALS + 1 - a).interval(0.999)
    assert low <= wrong <= high


async def test_what_is_unlike_all_normals_has_the_smallest_p_a_note_and_boxes(client: httpx.AsyncClient) -> None:
    levels = normal_levels(1)
    levels[8:20, 10:26] = 255 * (np.indices((12, 16)).sum(axis=0) % 2)
    facts = await told(client, saved(Image.fromarray(levels)), normal(7000))
    found, plain = facts["findings"]
    assert found["p_value"] == pytest.approx(1 / (NORMALS + 1))
    assert found["anomalous"]
    assert "higher than all 199 held-out normals" in found["notes"][-1]
    box = found["boxes"][0]
    assert box["x"] < 26
    assert box["x"] + box["width"] > 10
    assert box["y"] < 20
    assert box["y"] + box["height"] > 8
    assert found["score"] > plain["score"]
    assert found["hottest"] > plain["hottest"]


async def test_the_scale_of_a_heatmap_does_not_depend_on_its_neighbours(client: httpx.AsyncClient) -> None:
    alone = await told(client, normal(3))
    loud = saved(Image.fromarray(255 - normal_levels(1)))
    among = await told(client, loud, normal(3), digit())
    assert among["images"][1] == alone["images"][0]
    assert among["findings"][1] == alone["findings"][0]


async def test_a_photograph_and_a_constant_image_are_answered_with_notes(client: httpx.AsyncClient) -> None:
    photograph = saved(Image.fromarray(np.kron(np.eye(3, 4)[..., None], np.full((30, 30, 3), 255)).astype(np.uint8)))
    flat = saved(Image.new("L", (32, 32), 90))
    first, second = (await told(client, photograph, flat))["findings"]
    assert "120x90 and was seen at 32x32" in first["notes"][0]
    assert first["p_value"] == pytest.approx(1 / (NORMALS + 1))
    assert "the image is constant" in second["notes"][0]
    assert 0 < second["p_value"] <= 1


async def test_frames_cover_an_image_of_any_size_and_are_paid_for(client: httpx.AsyncClient) -> None:
    wide = np.concatenate([normal_levels(1), normal_levels(2)], axis=1)
    facts = await told(client, saved(Image.fromarray(wide)), fit="tile", false_positive_rate="0.1")
    (finding,) = facts["findings"]
    assert (finding["width"], finding["height"], finding["frames"]) == (64, 32, 3)
    assert opened(facts["images"][0]).size == (64, 32)
    p = finding["p_value"]
    assert p == 1.0 or p * (NORMALS + 1) / 3 == pytest.approx(round(p * (NORMALS + 1) / 3))
    answer = await show(client, SCORE, saved(Image.fromarray(wide)), model=BRICK, fit="tile")
    refused(answer, "calibration-too-small", "0.01 for an image of 3 frames needs 299 held-out normals, there are 199")


async def test_a_rate_that_the_normals_are_too_few_for_is_refused_with_their_number(client: httpx.AsyncClient) -> None:
    answer = await show(client, SCORE, normal(1), model=BRICK, false_positive_rate="0.001")
    refused(answer, "calibration-too-small", "needs 999 held-out normals, there are 199")
    for rate in ("0", "1", "nan", "-0.5", "much"):
        assert (await show(client, SCORE, normal(1), model=BRICK, false_positive_rate=rate)).status_code == 422


async def test_a_model_without_normals_and_one_of_another_kind_are_refused(client: httpx.AsyncClient) -> None:
    answer = await show(client, SCORE, digit(), model=UNCALIBRATED)
    refused(answer, "calibration-missing", f"`zerosum calibrate {UNCALIBRATED} --data folder:NORMALS`")
    answer = await show(client, SCORE, digit(), model=UNET)
    refused(answer, "capability-missing", f"models that are a anomaly-scorer: {BRICK}")


async def test_what_is_no_image_is_refused(client: httpx.AsyncClient) -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.full((1, 1, 32, 32), np.nan, np.float32))
    refused(await show(client, SCORE, buffer.getvalue(), model=BRICK), "image-unreadable", "no PNG, JPEG")
    refused(
        await show(client, SCORE, digit(), model=BRICK, fit="exact"),
        "image-size-wrong",
        "the model takes 32x32, the image is 28x28",
    )


async def test_several_images_are_one_sheet_or_an_archive(client: httpx.AsyncClient) -> None:
    files = [normal(1), normal(2)]
    sheet = await show(client, SCORE, *files, model=BRICK, accept="image/png")
    assert sheet.headers["x-zerosum-false-positive-rate"] == "0.01"
    assert (opened(sheet.content).mode, opened(sheet.content).size) == ("P", (66, 32))
    for kind, mode in (("overlay", "RGB"), ("reconstruction", "L")):
        packed = await show(client, SCORE, *files, model=BRICK, show=kind, accept="application/zip")
        with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
            assert archive.namelist() == ["0000.png", "0001.png", "facts.json"]
            assert opened(archive.read("0001.png")).mode == mode
        assert (
            opened((await show(client, SCORE, files[0], model=BRICK, show=kind, accept="image/png")).content).mode
            == mode
        )


async def test_equal_requests_have_one_etag_and_another_rate_another(client: httpx.AsyncClient) -> None:
    first, again, other = [
        await show(client, SCORE, normal(1), model=BRICK, false_positive_rate=rate) for rate in ("0.05", "0.05", "0.1")
    ]
    assert first.headers["etag"] == again.headers["etag"] != other.headers["etag"]
