"""Emoji by their code points: which of them are the same picture in another skin tone, gender or direction."""

TONES = {"1F3FB": "light", "1F3FC": "medium-light", "1F3FD": "medium", "1F3FE": "medium-dark", "1F3FF": "dark"}
TONE_NAMES = ("none", *TONES.values(), "mixed")

_PEOPLE = {"1F468", "1F469", "1F9D1"}  # man, woman, person: the same drawing with other hair
_IGNORED = {"FE0F", "2640", "2642", "27A1", "200D"}  # variation selector, female, male, facing right, joiner


def tone(key: str) -> str:
    """The skin tone a key such as 1F44B-1F3FD asks for: one of TONE_NAMES."""
    tones = {TONES[point] for point in key.upper().split("-") if point in TONES}
    if len(tones) > 1:
        return "mixed"
    return tones.pop() if tones else "none"


def base(key: str) -> str:
    """The key without tone, gender and direction: equal for all variants of one picture."""
    points = [point for point in key.upper().split("-") if point not in _IGNORED and point not in TONES]
    return "-".join("1F9D1" if point in _PEOPLE else point for point in points) or key.upper()
