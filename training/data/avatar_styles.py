"""The avatar styles: which variants of DiceBear's drawings bear which label.

The tables name only variants whose label was checked by eye; those that could be read two ways are left out (a
moustache of three hairs, a hat that hides the hair, a mouth that neither smiles nor frowns).
"""

from training.data.avatar_style import (
    Attribute,
    Style,
    absent,
    always,
    color,
    expression,
    inked,
    numbered,
    optional,
    part,
)

CC0 = "CC0 1.0"
CC_BY = "CC BY 4.0"

OPEN_PEEPS = Style(
    name="open-peeps",
    title="Open Peeps",
    artist="Pablo Stanley",
    licence=CC0,
    crop=(20, 20, 680),
    attributes=(
        optional(
            "glasses",
            "accessories",
            glasses=("glasses", "glasses2", "glasses3", "glasses5"),
            sunglasses=("sunglasses", "sunglasses2"),
        ),
        optional(
            "beard",
            "facialHair",
            moustache=("moustache2", "moustache3", "moustache5", "moustache6", "moustache7"),
            beard=("full", "full2", "full3", "chin"),
        ),
        always(
            "hair",
            "head",
            bald=("noHair1",),
            short=("short1", "short2", "short3", "short5", "flatTop", "pomp", "twists2"),
            long=("long", "longBangs", "medium2", "medium3", "mediumStraight", "bangs2"),
            afro=("afro",),
        ),
        expression(
            "mood",
            "expression",
            happy=("smileBig", "smileLOL", "smileTeethGap", "lovingGrin1"),
            sad=("solemn", "concerned", "concernedFear", "tired"),
            angry=("veryAngry", "rage", "angryWithFang"),
        ),
        color("skin", "skin", light="#ffdbb4", medium="#d08b5b", dark="#8c5a3c"),
        color(
            "clothes_color",
            "clothing",
            blue="#8fa7df",
            green="#78e185",
            yellow="#ffcf77",
            pink="#e279c7",
            red="#e78276",
        ),
    ),
    free=absent("mask") | inked("#000000", "ink") | inked("#2c1b18", "headContrast"),
)

LORELEI = Style(
    name="lorelei",
    title="Lorelei",
    artist="Lisa Wischofsky",
    licence=CC0,
    crop=(110, 60, 780),
    attributes=(
        optional("glasses", "glasses", glasses=numbered("variant", 1, 3, 4), sunglasses=numbered("variant", 2)),
        optional("beard", "beard", beard=numbered("variant", 1, 2)),
        expression(
            "mouth",
            "mouth",
            smile=numbered("happy", 1, 2, 5, 6, 15, 16),
            frown=numbered("sad", 4, 5, 6, 7),
        ),
        always(
            "hair",
            "hair",
            short=numbered("variant", 1, 2, 3, 4, 7, 8, 9, 22, 39, 43, 47),
            long=numbered("variant", 13, 15, 16, 19, 21, 23, 24, 32, 35),
        ),
        color("hair_color", "hair", black="#1a1a1a", brown="#5b3218", blond="#e3b850", red="#c8451f", grey="#7d7d7d"),
        color("skin", "skin", light="#ffe0bd", medium="#d08b5b", dark="#8d5f4a"),
    ),
    free=absent("earrings")
    | absent("freckles")
    | absent("hairAccessories")
    | part("eyes", *numbered("variant", 2, 4, 6, 7, 9, 10, 14, 16, 18, 20, 21, 24))
    | part("eyebrows", *numbered("variant", 1, 4, 6, 7, 9, 11, 13))
    | part("head", *numbered("variant", 1, 2, 3, 4))
    | part("nose", *numbered("variant", 1, 2, 3, 4, 5, 6))
    | inked("#000000", "earrings", "eyebrows", "eyes", "freckles", "glasses")
    | inked("#000000", "hairAccessories", "mouth", "nose", "outline"),
)

NOTIONISTS = Style(
    name="notionists",
    title="Notionists",
    artist="Zoish",
    licence=CC0,
    crop=(360, 60, 1020),
    attributes=(
        optional(
            "glasses",
            "glasses",
            glasses=numbered("variant", 3, 8, 11),
            sunglasses=numbered("variant", 1, 2, 6, 7, 9, 10),
        ),
        optional("beard", "beard", moustache=numbered("variant", 3, 10), beard=numbered("variant", 1, 2)),
        always(
            "hair",
            "hair",
            short=numbered("variant", 1, 5, 7, 13, 16, 17, 19, 21, 22, 25, 27, 34, 35, 38, 54, 55),
            long=numbered("variant", 2, 8, 23, 28, 36, 41, 58),
            headwear=("hat", *numbered("variant", 61, 62, 63)),
        ),
    ),
    free=absent("clothesGraphic")
    | absent("gesture")
    | part("clothes", *numbered("variant", 2, 3, 4, 5, 7, 8, 10, 13, 14, 16, 17, 19, 21, 22, 24))
    | part("eyebrows", *numbered("variant", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13))
    | part("eyes", *numbered("variant", 1, 2, 3, 4, 5))
    | part("head", "variant01")
    | part("mouth", *numbered("variant", 3, 7, 8, 10, 14, 22, 23, 25, 27))
    | part("nose", *numbered("variant", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
    | inked("#000000", "ink")
    | inked("#ffffff", "paper"),
)

TOON_HEAD = Style(
    name="toon-head",
    title="ToonHead",
    artist="Johan Melin",
    licence=CC_BY,
    crop=(0, 0, 768),
    attributes=(
        optional("beard", "beard", moustache=("moustacheTwirl",), beard=("fullBeard", "longBeard")),
        always("hair", "hair", bun=("bun",), combed=("sideComed",), spiky=("spiky",), undercut=("undercut",)),
        optional("long_hair", "rearHair", long=("longStraight", "longWavy", "shoulderHigh")),
        Attribute(
            "mood",
            {
                "happy": part("mouth", "laugh") | part("eyebrows", "happy", "neutral"),
                "sad": part("mouth", "sad") | part("eyebrows", "sad"),
                "angry": part("mouth", "angry") | part("eyebrows", "angry"),
                "surprised": part("mouth", "agape") | part("eyebrows", "raised"),
            },
            hideable=True,
        ),
        color("hair_color", "hair", black="#2c1b18", brown="#724133", auburn="#a55728", blond="#d6b370"),
        color("skin", "skin", light="#f1c3a5", medium="#c68e7a", brown="#a36b4f", dark="#5c3829"),
        color(
            "clothes_color",
            "clothes",
            red="#b11f1f",
            green="#147f3c",
            blue="#0b3286",
            yellow="#eab308",
            black="#151613",
            white="#e8e9e6",
        ),
    ),
    free=part("body", "body")
    | part("head", "head")
    | part("clothes", "dress", "openJacket", "shirt", "tShirt", "turtleNeck")
    | part("eyes", "happy", "wide", "humble", "bow", "wink")
    | inked("#000000", "stroke"),
)

MICAH = Style(
    name="micah",
    title="Avatar Illustration System",
    artist="Micah Lanier",
    licence=CC_BY,
    crop=(0, 0, 360),
    attributes=(
        optional("glasses", "glasses", glasses=("round", "square")),
        optional("beard", "facialHair", beard=("beard",)),
        expression("mouth", "mouth", smile=("smile", "laughing"), frown=("frown", "sad")),
        always(
            "hair",
            "hair",
            short=("fonze",),
            long=("full",),
            bob=("pixie",),
            fringe=("dannyPhantom",),
            mohawk=("mrT",),
        ),
        color(
            "hair_color",
            "hair",
            "facialHair",
            grey="#8e8e93",
            blue="#6bd9e9",
            violet="#9287ff",
            pink="#fc909f",
            yellow="#f4d150",
        ),
        color("skin", "base", light="#f9c9b6", medium="#ac6651", dark="#77311d"),
        color(
            "clothes_color",
            "shirt",
            white="#ffffff",
            blue="#6bd9e9",
            violet="#9287ff",
            pink="#fc909f",
            yellow="#f4d150",
        ),
    ),
    free=absent("earrings")
    | part("clothes", "collared", "crew", "open")
    | part("ears", "attached", "detached")
    | part("head", "standard")
    | part("eyebrows", "down", "up", "eyelashesDown", "eyelashesUp")
    | part("eyes", "eyes", "round", "smiling")
    | part("nose", "curve", "pointed", "tound")
    | inked("#000000", "earring", "eyeShadow", "eyebrows", "eyes")
    | inked("#000000", "glasses", "mouth"),
)

PERSONAS = Style(
    name="personas",
    title="Personas by Draftbit",
    artist="Draftbit",
    licence=CC_BY,
    crop=(5, 2, 54),
    attributes=(
        Attribute(
            "glasses",
            {
                "none": part("eyes", "happy", "open", "sleep", "wink"),
                "glasses": part("eyes", "glasses"),
                "sunglasses": part("eyes", "sunglasses"),
            },
            removable=True,
        ),
        optional("beard", "facialHair", moustache=("pyramid", "walrus"), goatee=("goatee",)),
        expression("mouth", "mouth", smile=("smile", "bigSmile"), frown=("frown",), surprise=("surprise",)),
        always(
            "hair",
            "hair",
            short=("fade", "shortCombover"),
            long=("extraLong", "long"),
            bob=("bobBangs", "bobCut"),
            curly=("curly", "curlyHighTop"),
            topknot=("mohawk",),
        ),
        color("hair_color", "hair", "facialHair", black="#362c47", brown="#6c4545", orange="#f29c65", silver="#dee1f5"),
        color("skin", "skin", light="#eeb4a4", medium="#d78774", brown="#92594b", dark="#623d36"),
        color(
            "clothes_color",
            "clothing",
            blue="#456dff",
            green="#6dbb58",
            pink="#f55d81",
            violet="#7555ca",
            yellow="#f3b63a",
        ),
    ),
    free=part("clothes", "checkered", "rounded", "small", "squared")
    | part("nose", "mediumRound", "smallRound", "wrinkles"),
)

ADVENTURER = Style(
    name="adventurer",
    title="Adventurer",
    artist="Lisa Wischofsky",
    licence=CC_BY,
    crop=(0, 0, 762),
    attributes=(
        optional("glasses", "glasses", glasses=numbered("variant", 2, 4, 5), sunglasses=numbered("variant", 1)),
        optional("moustache", "details", moustache=("mustache",)),
        expression(
            "mouth",
            "mouth",
            smile=numbered("variant", 1, 5, 22, 23, 27, 28),
            closed=numbered("variant", 4, 9, 10),
        ),
        always(
            "hair",
            "hair",
            short=numbered("short", 1, 2, 4, 7, 8, 9, 10, 11, 14, 17, 18),
            long=numbered("long", 1, 4, 5, 7, 9, 17, 22, 24),
        ),
        color(
            "hair_color",
            "hair",
            black="#0e0e0e",
            brown="#6a4e35",
            blond="#e5d7a3",
            red="#cb6820",
            blue="#85c2c6",
            green="#3eac2c",
        ),
        color("skin", "skin", light="#f2d3b1", medium="#ecad80", brown="#9e5622", dark="#763900"),
    ),
    free=absent("earrings")
    | part("eyebrows", *numbered("variant", *range(1, 16)))
    | part("eyes", *numbered("variant", 1, 2, 3, 4, 5, 6, 7, 10, 12, 16, 24, 25, 26))
    | part("head", "default")
    | inked("#000000", "earrings", "eyes", "glasses", "ink")
    | inked("#d31e1e", "lips")
    | inked("#ffffff", "sclera", "teeth")
    | inked("#8f2e45", "throat")
    | inked("#ea869e", "tongue")
    | inked("#d32020", "uvula"),
)

STYLES = {style.name: style for style in (OPEN_PEEPS, LORELEI, NOTIONISTS, TOON_HEAD, MICAH, PERSONAS, ADVENTURER)}
