"""What a deployment may decide, read once from ZEROSUM_*: docs/settings.md explains each, and a test checks that."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """One frozen answer to every question a deployment may ask."""

    model_config = SettingsConfigDict(env_prefix="ZEROSUM_", frozen=True, extra="forbid", env_ignore_empty=True)

    weights: Path = Field(Path("weights"), description="The folder of checkpoints; each sub-folder is one model.")
    device: str = Field(
        "auto",
        pattern=r"^(auto|cpu|cuda(:\d+)?)$",
        description="Where the networks run: `auto` (CUDA where there is one), `cpu`, `cuda` or `cuda:1`.",
    )
    workers: int | None = Field(
        None, ge=1, le=1024, description="Lanes: threads that own a device. Unset: one a core on a CPU, one on a GPU."
    )
    host: str = Field("127.0.0.1", min_length=1, description="The address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on; 0 takes any that is free.")
    api_key: SecretStr | None = Field(
        None,
        min_length=16,
        description="The bearer token that requests must carry. Without one the server listens on loopback only.",
    )
    max_images: int = Field(1000, ge=1, description="The most images that one request may ask for.")
    max_batch: int = Field(64, ge=1, description="The most images that one lane runs at once.")
    queue_cost: int = Field(
        2**25,  # two CPU lanes make about 2 million pixels a second: some 16 seconds, inside the deadline
        ge=1,
        description="The bound of waiting work in images x pixels x steps; past it the answer is 503.",
    )
    deadline_seconds: float = Field(30.0, gt=0, allow_inf_nan=False, description="How long a request may take.")
    cache_bytes: int = Field(64 * 2**20, ge=0, description="Bytes of answers to seeded requests that are kept.")
    drain_seconds: float = Field(
        20.0, gt=0, allow_inf_nan=False, description="How long accepted requests may take to finish after SIGTERM."
    )
    max_body_bytes: int = Field(2**23, ge=1, description="The largest request body that is read.")
    max_pixels: int = Field(2**24, ge=1, description="The most pixels of an uploaded image; it is not decoded past it.")
    lab_runs: int = Field(2, ge=1, le=64, description="Live runs of the lab at once, for all clients together.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The quietest level logged.")
    log_format: Literal["console", "json"] = Field("console", description="For people, or one JSON object a line.")
