"""What can be chosen about an avatar: the vocabulary that the tables of avatar_styles are written in."""

from collections.abc import Mapping
from dataclasses import dataclass

Option = str | int
Choice = dict[str, tuple[Option, ...]]  # option of the drawing -> what may stand there; the seed picks one


@dataclass(frozen=True)
class Attribute:
    """One labelled property of a face.

    removable: the first value means that the part is absent; hair may cover it where it is present.
    hideable: a beard or dark glasses may cover it.
    """

    name: str
    values: Mapping[str, Choice]
    removable: bool = False
    hideable: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Its values in the order of their codes."""
        return tuple(self.values)

    def rivals(self, value: str) -> tuple[str, ...]:
        """The values that `value` must be told apart from by eye for the label to be true."""
        if self.removable:
            return self.names[:1] if value != self.names[0] else ()
        return tuple(name for name in self.names if name != value) if self.hideable else ()


@dataclass(frozen=True)
class Style:
    """One way of drawing faces: `attributes` are labelled, `free` is not; together they fix every option."""

    name: str
    title: str
    artist: str
    licence: str
    crop: tuple[int, int, int]  # left, top and side of the square that is drawn, in the style's own units
    attributes: tuple[Attribute, ...]
    free: Choice

    def attribute(self, name: str) -> Attribute:
        """One attribute by its name; KeyError where the style has none such."""
        return {one.name: one for one in self.attributes}[name]


def part(component: str, *variants: str) -> Choice:
    """The component is drawn, as one of these variants."""
    return {f"{component}Probability": (100,), f"{component}Variant": variants}


def absent(component: str) -> Choice:
    """The component is not drawn."""
    return {f"{component}Probability": (0,)}


def inked(rgb: str, *components: str) -> Choice:
    """The components have this colour."""
    return {f"{component}Color": (rgb,) for component in components}


def numbered(prefix: str, *numbers: int) -> tuple[str, ...]:
    """numbered("variant", 1, 12) is ("variant01", "variant12")."""
    return tuple(f"{prefix}{number:02d}" for number in numbers)


def optional(name: str, component: str, **variants: tuple[str, ...]) -> Attribute:
    """A part that may be absent: the values are none and then the given groups of variants."""
    values = {"none": absent(component)} | {value: part(component, *names) for value, names in variants.items()}
    return Attribute(name, values, removable=True)


def always(name: str, component: str, **variants: tuple[str, ...]) -> Attribute:
    """A part that every face has and nothing covers: the values are groups of its variants."""
    return Attribute(name, {value: part(component, *names) for value, names in variants.items()})


def expression(name: str, component: str, **variants: tuple[str, ...]) -> Attribute:
    """A part that every face has but that others may cover."""
    return Attribute(name, always(name, component, **variants).values, hideable=True)


def color(name: str, *components: str, **values: str) -> Attribute:
    """One colour of the drawing, or several that are the same."""
    return Attribute(name, {value: inked(rgb, *components) for value, rgb in values.items()})
