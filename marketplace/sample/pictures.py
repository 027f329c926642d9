"""Pictures of the sample facilities: calm line drawings made by code, the same ones every time, from no one's photo."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from math import cos, pi, sin
from random import Random

from PIL import Image, ImageDraw, ImageOps

WIDTH, HEIGHT = 1200, 800
# Drawn twice as large and then reduced: Pillow's lines have no soft edges of their own.
SCALE = 2

Point = tuple[float, float]

PARTS = ("ground", "floor", "line", "fill", "mark", "spark")
JADE = ("#e4f1ec", "#cfe5dc", "#06503f", "#ffffff", "#0a6b57", "#d99a00")
SLATE = ("#ebeff0", "#dbe2e4", "#16232b", "#ffffff", "#4b5a64", "#0a6b57")
AMBER = ("#fdf3dc", "#f4e2b8", "#805300", "#fffdf7", "#d99a00", "#0a6b57")
PALETTES = tuple(dict(zip(PARTS, colours, strict=True)) for colours in (JADE, SLATE, AMBER))


class Sheet:
    """A drawing in a room seen at a slant: `x` to the right and down, `y` to the left and down, `z` up."""

    def __init__(self, palette: Mapping[str, str], random: Random) -> None:
        self.palette = palette
        self.random = random
        self._picture = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), palette["ground"])
        self._pen = ImageDraw.Draw(self._picture)

    def at(self, x: float, y: float, z: float = 0) -> Point:
        """Where a point of the room lies on the sheet."""
        return (600 + (x - y) * 0.74) * SCALE, (480 + (x + y) * 0.43 - z * 0.86) * SCALE

    def shape(self, points: Sequence[Point], fill: str = "fill") -> None:
        """A closed shape with an outline."""
        self._pen.polygon(points, fill=self.palette[fill])
        self._pen.line([*points, points[0]], fill=self.palette["line"], width=5, joint="curve")

    def stroke(self, points: Sequence[Point], colour: str = "line", width: int = 5) -> None:
        """An open line."""
        self._pen.line(list(points), fill=self.palette[colour], width=width, joint="curve")

    def box(self, place: tuple[float, float, float], size: tuple[float, float, float], top: str = "fill") -> None:
        """A block: its near corner's place and its size along the three directions."""
        (x, y, z), (a, b, c) = place, size
        self.shape(
            [self.at(x + a, y, z), self.at(x + a, y + b, z), self.at(x + a, y + b, z + c), self.at(x + a, y, z + c)]
        )
        self.shape(
            [self.at(x, y + b, z), self.at(x + a, y + b, z), self.at(x + a, y + b, z + c), self.at(x, y + b, z + c)],
            "floor",
        )
        self.shape(
            [self.at(x, y, z + c), self.at(x + a, y, z + c), self.at(x + a, y + b, z + c), self.at(x, y + b, z + c)],
            top,
        )

    def disc(self, centre: tuple[float, float, float], radius: float, fill: str = "fill") -> None:
        """A flat circle, lying."""
        x, y, z = centre
        steps = [2 * pi * step / 60 for step in range(60)]
        self.shape([self.at(x + radius * cos(step), y + radius * sin(step), z) for step in steps], fill)

    def drum(self, centre: tuple[float, float, float], radius: float, height: float, top: str = "fill") -> None:
        """An upright cylinder."""
        x, y, z = centre
        half = [-pi / 4 + pi * step / 30 for step in range(31)]
        front = [(x + radius * cos(step), y + radius * sin(step)) for step in half]
        low = [self.at(a, b, z) for a, b in front]
        high = [self.at(a, b, z + height) for a, b in reversed(front)]
        self.shape([*low, *high], "floor")
        self.disc((x, y, z + height), radius, top)

    def floor(self) -> None:
        """The ground on which everything stands, with a faint grid."""
        self._pen.polygon(
            [self.at(-330, -330), self.at(330, -330), self.at(330, 330), self.at(-330, 330)], fill=self.palette["floor"]
        )
        for step in range(-330, 331, 110):
            self.stroke([self.at(step, -330), self.at(step, 330)], "ground", 3)
            self.stroke([self.at(-330, step), self.at(330, step)], "ground", 3)

    def content(self, *, mirrored: bool) -> bytes:
        """The drawing as PNG; an upload of it is drawn anew as WebP."""
        picture = self._picture.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
        out = io.BytesIO()
        (ImageOps.mirror(picture) if mirrored else picture).save(out, "PNG", compress_level=1)
        return out.getvalue()


def drawn(motif: str, turn: int) -> bytes:
    """The picture of a facility, 1200 by 800: its motif, and the how manieth of its kind it is; six differ."""
    sheet = Sheet(PALETTES[(turn + len(motif)) % len(PALETTES)], Random(f"{motif}-{turn}"))  # noqa: S311 - no secret
    sheet.floor()
    MOTIFS[motif](sheet)
    return sheet.content(mirrored=turn % 2 == 1)


def _wafer(sheet: Sheet) -> None:
    sheet.box((-210, -210, 0), (420, 420, 60))
    sheet.disc((0, 0, 90), 190)
    for x in range(-150, 151, 50):
        for y in range(-150, 151, 50):
            if x * x + y * y < 25_000:
                colour = "spark" if sheet.random.random() < 0.12 else "mark"
                sheet.shape(
                    [sheet.at(x + a, y + b, 90) for a, b in ((-18, -18), (18, -18), (18, 18), (-18, 18))], colour
                )


def _microscope(sheet: Sheet) -> None:
    sheet.box((-170, -120, 0), (300, 260, 90))
    for level, radius in enumerate((80, 66, 74, 58, 44)):
        sheet.drum((-20, 10, 90 + level * 68), radius, 62, "spark" if level == 4 else "fill")
    sheet.box((190, 40, 0), (110, 170, 70))
    sheet.shape(
        [sheet.at(200, 60, 70), sheet.at(200, 190, 70), sheet.at(200, 190, 180), sheet.at(200, 60, 180)], "mark"
    )


def _vessel(sheet: Sheet) -> None:
    for x, y, radius, height in ((-150, -120, 90, 250), (100, -100, 110, 320), (10, 170, 70, 170)):
        for foot in (-0.6, 0.6):
            sheet.box((x + radius * foot - 8, y + radius * 0.5, 0), (16, 16, 40))
        sheet.drum((x, y, 40), radius, height)
        sheet.drum((x, y, 40 + height), radius * 0.3, 30, "spark")
    sheet.stroke(
        [sheet.at(-150, -120, 330), sheet.at(-150, -120, 400), sheet.at(100, -100, 420), sheet.at(100, -100, 395)],
        "mark",
        14,
    )


def _cell(sheet: Sheet) -> None:
    sheet.box((-260, -150, 0), (520, 300, 40))
    for row in range(3):
        for column in range(5):
            centre = (-200 + column * 100, -90 + row * 90, 44)
            sheet.disc(centre, 38)
            sheet.disc(centre, 12 + 14 * sheet.random.random(), "spark" if sheet.random.random() < 0.2 else "mark")


def _robot(sheet: Sheet) -> None:
    sheet.drum((0, 0, 0), 110, 50)
    sheet.drum((0, 0, 50), 60, 60, "mark")
    joints = [sheet.at(0, 0, 120), sheet.at(-110, -40, 320), sheet.at(90, 60, 410), sheet.at(170, 120, 300)]
    sheet.stroke(joints, "line", 62)
    sheet.stroke(joints, "fill", 48)
    for x, y in joints[1:3]:
        sheet.shape([(x + 34 * cos(step / 5), y + 34 * sin(step / 5)) for step in range(32)], "spark")
    sheet.box((140, 130, 0), (90, 90, 70))


def _chip(sheet: Sheet) -> None:
    for step in range(-170, 171, 34):
        sheet.stroke([sheet.at(step, 210, 20), sheet.at(step, 290, 0)], "mark", 12)
        sheet.stroke([sheet.at(210, step, 20), sheet.at(290, step, 0)], "mark", 12)
    sheet.box((-210, -210, 0), (420, 420, 60))
    sheet.box((-90, -90, 60), (180, 180, 24), "mark")
    for step in range(5):
        start = -150 + step * 66
        end = sheet.random.choice((-110, -60, 60, 110))
        sheet.stroke([sheet.at(start, -195, 60), sheet.at(start, end - 120, 60)], "spark", 7)


def _chamber(sheet: Sheet) -> None:
    sheet.box((-200, -200, 0), (400, 400, 330))
    sheet.shape(
        [sheet.at(200, -130, 40), sheet.at(200, 130, 40), sheet.at(200, 130, 280), sheet.at(200, -130, 280)], "floor"
    )
    sheet.shape(
        [sheet.at(200, -70, 120), sheet.at(200, 70, 120), sheet.at(200, 70, 230), sheet.at(200, -70, 230)], "mark"
    )
    sheet.stroke([sheet.at(200, 105, 130), sheet.at(200, 105, 190)], "spark", 14)


def _helix(sheet: Sheet) -> None:
    for step in range(40):
        reach, height = 120 * cos(step / 4), 20 + step * 12
        one, other = sheet.at(reach, -reach, height), sheet.at(-reach, reach, height)
        sheet.stroke([one, other], "spark" if step % 6 == 0 else "mark", 6)
        for x, y in (one, other):
            sheet.shape([(x + 15 * cos(turn / 4), y + 15 * sin(turn / 4)) for turn in range(26)])


def _printer(sheet: Sheet) -> None:
    sheet.box((-190, -190, 0), (380, 380, 50))
    for layer in range(9):
        size = 130 - layer * 9
        sheet.box((-size, -size, 50 + layer * 16), (2 * size, 2 * size, 16), "spark" if layer == 8 else "fill")
    for x, y in ((-180, -180), (180, -180), (-180, 180)):
        sheet.stroke([sheet.at(x, y, 50), sheet.at(x, y, 360)], "line", 12)
    sheet.stroke([sheet.at(-180, 180, 360), sheet.at(-180, -180, 360), sheet.at(180, -180, 360)], "line", 12)
    sheet.stroke([sheet.at(0, 0, 330), sheet.at(0, 0, 200)], "mark", 16)


def _roll(sheet: Sheet) -> None:
    for x in (-220, 160):
        sheet.box((x - 20, -120, 0), (40, 240, 90))
    sheet.shape(
        [sheet.at(-200, -110, 210), sheet.at(180, -110, 150), sheet.at(180, 110, 150), sheet.at(-200, 110, 210)]
    )
    for step in range(7):
        x = -160 + step * 48
        sheet.stroke(
            [sheet.at(x, -80, 205 - step * 8), sheet.at(x, 80, 205 - step * 8)],
            "spark" if step % 3 == 0 else "mark",
            12,
        )
    for x, z in ((-220, 150), (180, 120)):
        turns = [sheet.at(x + 60 * cos(t / 6), 110, z + 60 * sin(t / 6)) for t in range(38)]
        sheet.shape(turns, "floor")


def _bottle(sheet: Sheet) -> None:
    sheet.box((-300, -60, 0), (600, 120, 70))
    for step in range(6):
        x = -250 + step * 96
        sheet.drum((x, 0, 70), 34, 110, "fill")
        sheet.drum((x, 0, 180), 15, 36, "spark" if step % 2 else "mark")
    sheet.box((-40, -200, 0), (110, 110, 330))


def _drop(sheet: Sheet) -> None:
    for radius in (260, 190, 120):
        sheet.disc((0, 0, 4), radius, "ground" if radius != 190 else "floor")
    outline = [sheet.at(0, 0, 420)]
    outline += [
        (sheet.at(0, 0, 190)[0] + 170 * cos(t / 20), sheet.at(0, 0, 190)[1] + 170 * sin(t / 20)) for t in range(-6, 70)
    ]
    sheet.shape(outline, "fill")
    x, y = sheet.at(0, 0, 180)
    sheet.stroke([(x - 110 * cos(t / 10), y + 110 * sin(t / 10)) for t in range(2, 14)], "spark", 14)


def _boat(sheet: Sheet) -> None:
    hull = [(-280, -70, 70), (220, -70, 70), (310, 0, 80), (220, 70, 70), (-280, 70, 70)]
    sheet.shape([sheet.at(x, y, z) for x, y, z in hull])
    sheet.shape(
        [
            sheet.at(-280, 70, 70),
            sheet.at(220, 70, 70),
            sheet.at(310, 0, 80),
            sheet.at(200, 55, 0),
            sheet.at(-260, 55, 0),
        ],
        "mark",
    )
    sheet.box((-120, -50, 70), (170, 100, 80))
    sheet.stroke([sheet.at(-40, 0, 150), sheet.at(-40, 0, 330)], "line", 10)
    sheet.stroke([sheet.at(-40, 0, 320), sheet.at(40, 0, 290)], "spark", 14)
    for step in range(3):
        sheet.stroke(
            [sheet.at(-280 + step * 60, 160 + step * 50), sheet.at(180 + step * 60, 160 + step * 50)], "ground", 9
        )


def _tank(sheet: Sheet) -> None:
    for row in range(2):
        for column in range(3):
            x, y = -230 + column * 160, -160 + row * 180
            sheet.box((x, y, 0), (130, 140, 130 + 40 * row), "mark" if sheet.random.random() < 0.3 else "fill")
            sheet.stroke([sheet.at(x + 130, y + 12, 70), sheet.at(x + 130, y + 128, 70)], "spark", 7)


def _laser(sheet: Sheet) -> None:
    sheet.box((-280, -200, 0), (560, 400, 40))
    mirrors = [(-230, -130), (180, -130), (180, 120), (-60, 120), (-60, -20), (90, -20)]
    sheet.stroke([sheet.at(x, y, 80) for x, y in mirrors], "spark", 9)
    for x, y in mirrors:
        sheet.drum((x, y, 40), 17, 46, "mark")
    sheet.box((-270, -160, 40), (90, 60, 60))


def _antenna(sheet: Sheet) -> None:
    for x in range(-280, 281, 70):
        for z in range(0, 330, 66):
            foot = [sheet.at(x, -300, z), sheet.at(x + 62, -300, z), sheet.at(x + 31, -300, z + 54)]
            sheet.shape(foot, "floor" if (x + z) % 4 else "fill")
    sheet.drum((0, 0, 0), 140, 30, "mark")
    sheet.stroke([sheet.at(0, 0, 30), sheet.at(0, 0, 330)], "line", 16)
    for step in range(6):
        span, z = 130 - step * 17, 150 + step * 34
        sheet.stroke([sheet.at(-span, 0, z), sheet.at(span, 0, z)], "spark" if step == 5 else "line", 10)


def _kiln(sheet: Sheet) -> None:
    for step in range(12):
        sheet.drum((-300 + step * 55, 0, 30), 22, 8, "mark")
    sheet.box((-200, -120, 0), (400, 240, 210))
    sheet.shape(
        [sheet.at(200, -70, 40), sheet.at(200, 70, 40), sheet.at(200, 70, 120), sheet.at(200, -70, 120)], "spark"
    )
    for x in (-120, 0, 120):
        sheet.drum((x, 0, 210), 26, 110)


def _stack(sheet: Sheet) -> None:
    sheet.box((-150, -150, 0), (300, 300, 40))
    for layer in range(13):
        sheet.box((-120, -120, 40 + layer * 20), (240, 240, 20), "mark" if layer % 2 else "fill")
    sheet.box((-150, -150, 300), (300, 300, 36))
    for x, y in ((-130, 130), (130, 130), (130, -130)):
        sheet.stroke([sheet.at(x, y, 0), sheet.at(x, y, 370)], "spark", 10)


def _battery(sheet: Sheet) -> None:
    for number in range(6):
        y = -240 + number * 84
        sheet.box((-170, y, 0), (340, 44, 220), "mark" if number % 2 else "fill")
        for x in (-90, 60):
            sheet.box((x, y + 10, 220), (40, 24, 30), "spark")


def _chart(sheet: Sheet) -> None:
    sheet.box((-220, -200, 0), (260, 400, 240))
    sheet.box((80, -120, 0), (150, 240, 30))
    sheet.shape([sheet.at(90, -130, 30), sheet.at(90, 130, 30), sheet.at(90, 130, 240), sheet.at(90, -130, 240)])
    trace = []
    for step in range(60):
        peak = 150 if step in {12, 31, 46} else 70 if step in {11, 13, 30, 32, 45, 47} else 12 * sheet.random.random()
        trace.append(sheet.at(90, -115 + step * 3.9, 55 + peak))
    sheet.stroke(trace, "spark", 7)


MOTIFS: Mapping[str, Callable[[Sheet], None]] = {
    "antenna": _antenna,
    "battery": _battery,
    "boat": _boat,
    "bottle": _bottle,
    "cell": _cell,
    "chamber": _chamber,
    "chart": _chart,
    "chip": _chip,
    "drop": _drop,
    "helix": _helix,
    "kiln": _kiln,
    "laser": _laser,
    "microscope": _microscope,
    "printer": _printer,
    "robot": _robot,
    "roll": _roll,
    "stack": _stack,
    "tank": _tank,
    "vessel": _vessel,
    "wafer": _wafer,
}
