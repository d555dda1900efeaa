"""Which of the media types on offer a client would rather have (RFC 9110, section 12.5.1)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple


class Range(NamedTuple):
    """One member of Accept: type/subtype, either of them perhaps *, and its weight."""

    type: str
    subtype: str
    q: float

    def precision(self, media_type: str) -> int:
        """How closely it names a media type: 0 not at all, 1 by */*, 2 by type/*, 3 by name."""
        kind, _, subtype = media_type.partition("/")
        if self.type == "*":
            return 1
        if self.type != kind:
            return 0
        return {"*": 2, subtype: 3}.get(self.subtype, 0)


@lru_cache(maxsize=256)
def choose(accept: str, offers: Sequence[str]) -> str | None:
    """The offer of the highest weight; among equals the first. None when the client takes none of them.

    An empty Accept takes anything. A member that cannot be read counts as absent.
    """
    if not accept.strip():
        return offers[0]
    ranges = [found for member in accept.split(",") if (found := parse(member)) is not None]
    best = max(offers, key=lambda offer: weight(ranges, offer))
    return best if weight(ranges, best) > 0 else None


def weight(ranges: Sequence[Range], media_type: str) -> float:
    """The weight that the closest range gives a media type."""
    closest = max(ranges, key=lambda each: (each.precision(media_type), each.q), default=None)
    return closest.q if closest is not None and closest.precision(media_type) else 0.0


def parse(member: str) -> Range | None:
    """One member, or None for what is no media range. Parameters other than q name variants that are not on offer."""
    name, *parameters = (part.strip().lower() for part in member.split(";"))
    kind, slash, subtype = name.partition("/")
    if not (kind and slash and subtype) or (kind == "*" and subtype != "*"):
        return None
    q = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                q = float(value)
            except ValueError:
                return None
    return Range(kind, subtype, q) if 0 <= q <= 1 else None
