"""What Swagger UI shows before the first operation."""

from typing import Any

TITLE = "Zerosum"
SUMMARY = "Adversarial models that this repository trained, and classifiers for them to fool, over HTTP."
VERSION = "0.1.0"

DESCRIPTION = """\
Ask a generator for images:

    curl -s localhost:8000/v1/generate -H 'content-type: application/json' \\
         -d '{"model": "sngan-mnist", "num_images": 16, "seed": 7}' -o digits.png

**The same seed gives the same images**, however many are asked for and whoever else is served at the same time. So a
seeded answer carries an `ETag`, and asking again with `If-None-Match` costs nothing.

**`Accept` decides what comes back**: `image/png` (one picture; several images make a grid), `application/json` (facts,
and each image as base64), `application/zip` (a PNG each, and `facts.json`) or `application/x-npy` (the raw tensor,
float32 in [0, 1], images x channels x height x width).

**Every error is a problem** as of RFC 9457: `application/problem+json` with a `type` that never changes, a `title`, the
`status`, and a `detail` that names the thing, the limit and the value. A `type` is a link: GET it for what it means.

**Every answer carries `X-Request-ID`**: yours, if you sent a sane one. The server's log has it on each line.

When the server is busy it says so at once, with 503 and `Retry-After`, rather than let you wait for nothing.
"""

TAGS: list[dict[str, Any]] = [
    {"name": "generation", "description": "Draw images from a generator: at random, as you choose, and in between."},
    {"name": "latents", "description": "From images to the latents that draw them, and back."},
    {"name": "images", "description": "What is where in images, and what they would be in another domain."},
    {"name": "super-resolution", "description": "What small images may have been."},
    {"name": "classification", "description": "What images show, and examples to try it with."},
    {"name": "attacks", "description": "Images that fool classifiers, and what stands against them."},
    {"name": "catalogue", "description": "Which models there are, where they come from, and how good they are."},
    {"name": "lab", "description": "Adversarial training while it happens; races of attack and defence."},
    {"name": "operations", "description": "For those who run the server: health, metrics, what problems mean."},
]
