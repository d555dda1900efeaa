"""A checkpoint of this repository that another one is taught or measured by."""

from typing import TypeVar

from training.errors import CheckpointMissing

Network = TypeVar("Network")


def shipped(id: str, kind: type[Network], *, purpose: str) -> Network:
    """The network of a checkpoint, digest checked; `purpose` says what it is for: "the denoiser learns from".

    Raises CheckpointMissing, naming the command that makes it, or where it is no `kind`; and a CheckpointError.
    """
    from models.checkpoint import load
    from training.evaluation.extractor import weights_root

    folder = weights_root() / id
    if not folder.is_dir():
        raise CheckpointMissing(f"{purpose} {id}, and there is no {folder}: zerosum train {id}")
    network = load(folder).network
    if not isinstance(network, kind):
        raise CheckpointMissing(f"{purpose} a {kind.__name__}, and {folder} is a {type(network).__name__}")
    return network
