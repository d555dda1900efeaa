"""Which machine, which library and which code trained a run: facts for its card."""

import platform
import shutil
import subprocess
from pathlib import Path

import torch

from training.cluster import Cluster


def hardware(cluster: Cluster) -> str:
    """The GPUs by name, or the processor's with the number of threads."""
    if cluster.device.type == "cuda":
        return f"{cluster.world} x {torch.cuda.get_device_name(cluster.device)}"
    threads = torch.get_num_threads()
    return f"{cluster.world} x {threads} thread{'s' if threads > 1 else ''} of {processor()}"


def processor() -> str:
    """The processor's own name where the system tells it."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def commit() -> str:
    """The git commit of the code, `+` where the tree has changes since; `unknown` outside a checkout."""
    git = shutil.which("git")
    if git is None:
        return "unknown"

    def ask(*words: str) -> str:
        here = Path(__file__).parent
        done = subprocess.run([git, *words], cwd=here, capture_output=True, text=True, check=False)  # noqa: S603
        return done.stdout.strip() if done.returncode == 0 else ""

    changed = "+" if ask("status", "--porcelain", "--untracked-files=no") else ""
    return (ask("rev-parse", "--short=12", "HEAD") + changed) or "unknown"
