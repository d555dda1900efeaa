"""The modules of a package, by name."""

from collections.abc import Iterator
from pkgutil import walk_packages
from types import ModuleType


def modules_of(package: ModuleType) -> Iterator[str]:
    """Every module below a package but those that run when imported."""
    for module in walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            yield module.name
