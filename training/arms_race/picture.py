"""The picture of the races: a panel a defender, then what the last rounds left, against eps and against capacity."""

from collections.abc import Iterable, Sequence

from PIL import Image, ImageDraw

from training.arms_race.race import Round
from training.arms_race.report import Races
from training.arms_race.setting import Kind, Setting
from training.lab.panel import TEXT, Panel, Scale
from training.lab.plot import FINE, INK, PAPER, SOFT, font

WIDTH, HEIGHT = 1160, 792
LEFT, RIGHT, GAP = 56, 16, 72
COURSE, ENDS = (92, 360), (484, 736)  # top and bottom of the two rows of panels
KINDS: tuple[Kind, ...] = ("adversarial", "patched", "denoiser")
TITLES = {
    "adversarial": "attacks itself at every step",
    "patched": "learns from all that ever beat it",
    "denoiser": "denoiser in front, learns the same",
}
CLEAN, REPLAYED, ROBUST = (110, 116, 134), (24, 98, 168), (190, 24, 74)
LEGEND = (
    ("clean", CLEAN),
    ("after the defender's move: yesterday's attack", REPLAYED),
    ("after the attacker's move: today's attack", ROBUST),
)
COLOURS = {"adversarial": (20, 122, 92), "patched": (112, 66, 170), "denoiser": (200, 130, 20)}
SHARE = Scale(-0.02, 1.02)


def draw(races: Races) -> Image.Image:
    """Of the widest classifier at the largest eps, how it went; of all, where it ended."""
    picture = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), PAPER)
    pen = ImageDraw.Draw(picture)
    base = (max(each.width for each in races), max(each.eps for each in races))
    x = 24
    for words, colour in LEGEND:
        pen.text((x * FINE, 26 * FINE), words, colour, font(TEXT), anchor="lm")
        x += 40 + round(pen.textlength(words, font(TEXT)) / FINE)
    side = (WIDTH - LEFT - RIGHT - 2 * GAP) // 3
    for place, kind in enumerate(KINDS):
        rounds = races.get(Setting(kind, *base))
        left = LEFT + place * (side + GAP)
        title(pen, left, COURSE[0], f"{kind}: {TITLES[kind]}", COLOURS[kind])
        if rounds:
            course(pen, (left, COURSE[0], left + side, COURSE[1]), rounds)
    wide = (WIDTH - LEFT - RIGHT - GAP) // 2
    for place, (name, varied) in enumerate((("eps", 1), ("width", 0))):
        left = LEFT + place * (wide + GAP)
        other = ("width", "eps")[1 - varied]
        title(pen, left, ENDS[0], f"right at the end under every attack, by {name} ({other} {base[1 - varied]})", INK)
        ends(pen, (left, ENDS[0], left + wide, ENDS[1]), races, base, varied)
    return picture.reduce(FINE)


def title(pen: ImageDraw.ImageDraw, left: int, top: int, words: str, colour: tuple[int, ...]) -> None:
    """Above a panel."""
    pen.text(((left - 32) * FINE, (top - 22) * FINE), words, colour, font(15 * FINE), anchor="lm")


def course(pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], rounds: Sequence[Round]) -> None:
    """Move by move: what the defender's training won back, and what the attacker took."""
    panel = Panel(pen, box, Scale.over([each.round for each in rounds]), SHARE)
    panel.frame()
    panel.below("round")
    panel.beside(SOFT)
    numbers = [each.round for each in rounds]
    panel.line(numbers, [each.clean for each in rounds], CLEAN, width=2)
    moves: list[tuple[float, float]] = []
    for each in rounds:
        if each.replayed is not None:
            moves.append((each.round, each.replayed))
        moves.append((each.round, each.robust))
    panel.line([at for at, _ in moves], [share for _, share in moves], (222, 205, 212), width=1.5)
    replayed = [(each.round, each.replayed) for each in rounds if each.replayed is not None]
    dots(panel, replayed, REPLAYED)
    dots(panel, [(each.round, each.robust) for each in rounds], ROBUST)


def ends(
    pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], races: Races, base: tuple[int, int], varied: int
) -> None:
    """After the last round, under every attack: of each race that differs from the base in one thing alone."""
    chosen = {
        kind: sorted(
            ((setting.width, setting.eps)[varied], worst(rounds[-1]))
            for setting, rounds in races.items()
            if setting.kind == kind and (setting.width, setting.eps)[1 - varied] == base[1 - varied]
        )
        for kind in KINDS
    }
    values = [value for found in chosen.values() for value, _ in found]
    panel = Panel(pen, box, Scale.over(values, log=min(values) < max(values)), SHARE)
    panel.frame()
    panel.below(("width of the classifier, log scale", "eps in 1/255, log scale")[varied])
    panel.beside(SOFT)
    for kind, found in chosen.items():
        if found:
            xs, ys = zip(*found, strict=True)
            panel.line(xs, ys, COLOURS[kind], width=2)
            dots(panel, found, COLOURS[kind])


def worst(last: Round) -> float:
    """What all attacks together left."""
    return last.robust if last.worst is None else last.worst


def dots(panel: Panel, points: Iterable[tuple[float, float | None]], colour: tuple[int, ...]) -> None:
    """One a point."""
    found = [(x, y) for x, y in points if y is not None]
    if found:
        xs, ys = zip(*found, strict=True)
        panel.dots(xs, ys, [colour] * len(found), radius=5)
