"""Drawings of the workspace department."""

from gateway.demo.pictures.brush import (
    GLOW,
    INK,
    LEAF,
    METAL,
    METAL_DARK,
    PAPER,
    WOOD_DARK,
    Paint,
    disc,
    line,
    moved,
    oval,
    rect,
    shadow,
    shape,
)


def desk(p: Paint) -> str:
    """A desk with legs, with a lifting frame, or with drawers."""
    top = rect(40, 180, 320, 20, p.main, 5) + rect(40, 192, 320, 8, p.dark, 4)
    if p.kind == 1:
        legs = (
            rect(92, 200, 20, 120, INK)
            + rect(288, 200, 20, 120, INK)
            + rect(62, 316, 80, 14, INK, 7)
            + rect(258, 316, 80, 14, INK, 7)
        )
        return shadow(150) + legs + rect(112, 214, 176, 12, METAL_DARK) + top + rect(300, 204, 34, 10, METAL, 5)
    legs = shape("M64 200H82L74 330H62Z", p.dark) + shape("M318 200H336L338 330H326Z", p.dark)
    if p.kind == 0:
        drawer = rect(120, 200, 160, 34, p.light) + rect(120, 200, 160, 5, p.dark) + disc(200, 219, 5, INK)
        return shadow(150) + legs + drawer + top
    chest = rect(230, 200, 106, 118, p.main, 4) + "".join(
        rect(238, 208 + n * 37, 90, 31, p.light, 3) + disc(283, 223 + n * 37, 4, INK) for n in range(3)
    )
    return (
        shadow(150)
        + shape("M64 200H82L74 330H62Z", p.dark)
        + rect(244, 318, 12, 12, p.deep)
        + rect(312, 318, 12, 12, p.deep)
        + chest
        + top
    )


def office_chair(p: Paint) -> str:
    """A chair on castors."""
    base = line("M200 262V304M200 300L128 322M200 300L272 322M200 300V326", INK, 11) + "".join(
        disc(x, 328, 10, INK) for x in (128, 200, 272)
    )
    if p.kind == 2:
        seat = rect(124, 196, 152, 52, p.main, 26) + rect(124, 226, 152, 22, p.dark, 11)
        return shadow(110, 340) + rect(190, 240, 20, 60, METAL_DARK) + base + seat
    top = 60 if p.kind == 1 else 104
    back = (
        rect(132, top, 136, 206 - top, p.main, 36)
        + rect(204, top, 64, 206 - top, p.dark, 32)
        + rect(200, top + 2, 30, 202 - top, p.main)
    )
    if p.kind == 1:
        back += rect(150, 74, 100, 40, p.light, 18)
    seat = rect(112, 216, 176, 46, p.main, 22) + rect(112, 242, 176, 20, p.dark, 10)
    arms = line("M110 232V186H134M290 232V186H266", INK, 10)
    return shadow(110, 340) + base + line("M200 206V226", INK, 14) + back + arms + seat


def desk_lamp(p: Paint) -> str:
    """A swing-arm, a mushroom or a dome lamp, lit."""
    if p.kind == 0:
        arm = line("M152 312L116 204L226 120", METAL_DARK, 9) + disc(116, 204, 11, INK) + disc(226, 120, 10, INK)
        head = moved(
            shape("M196 96H256L292 168H160Z", p.main) + shape("M230 96H256L292 168H240Z", p.dark) + oval(226, 168, 66, 11, GLOW),
            "rotate(-24 226 120)",
        )
        return shadow(90) + oval(152, 322, 64, 14, p.deep) + oval(152, 316, 64, 13, p.main) + arm + head
    if p.kind == 1:
        cap = shape("M80 190C84 100 316 100 320 190C320 206 80 206 80 190Z", p.main) + shape(
            "M214 122C270 124 318 146 320 190C320 200 270 203 226 202Z", p.dark
        )
        stem = shape("M176 200H224L244 318H156Z", p.light) + oval(200, 320, 66, 12, p.dark)
        return shadow(90) + oval(200, 204, 92, 12, GLOW) + stem + cap
    stem = line("M200 316V118", METAL_DARK, 10) + oval(200, 322, 70, 14, p.deep) + oval(200, 316, 70, 13, p.main)
    dome = shape("M104 190A96 96 0 0 1 296 190Z", p.main) + shape(
        "M200 94A96 96 0 0 1 296 190H224C226 150 220 116 200 94Z", p.dark
    )
    return shadow(90) + stem + oval(200, 190, 96, 13, GLOW) + dome + rect(190, 78, 20, 20, INK, 5)


def keyboard(p: Paint) -> str:
    """Keys in rows, one of them accented."""

    def keys(left: int, columns: int, step: int) -> str:
        rows = "".join(
            rect(left + c * step, 152 + r * 30, step - 5, 25, p.light if (r + c) % 7 else p.main, 5)
            for r in range(3)
            for c in range(columns)
        )
        return (
            rows + rect(left + step, 242, step * (columns - 2) - 5, 25, p.light, 5) + rect(left, 242, step - 5, 25, "#d08b5b", 5)
        )

    if p.kind == 2:
        half = rect(40, 136, 150, 148, p.dark, 16) + rect(40, 132, 150, 144, p.main, 16) + keys(54, 5, 25)
        return moved(half, "rotate(8 115 205)") + moved(half, "translate(170 0) rotate(-8 115 205)")
    left, columns = (84, 8) if p.kind == 0 else (40, 11)
    width = columns * 28 + 24
    return (
        shadow(width / 2, 296)
        + rect(left, 140, width, 148, p.deep, 16)
        + rect(left, 132, width, 148, p.main, 16)
        + keys(left + 14, columns, 28)
    )


def notebook(p: Paint) -> str:
    """A bound book with a ribbon; the sketchbook has a spiral."""
    pages = rect(112, 76, 196, 256, PAPER, 6) + line("M300 90V320", "#dcd6ca", 3) + line("M304 90V320", "#dcd6ca", 2)
    cover = rect(100, 68, 194, 264, p.main, 10) + rect(100, 68, 34, 264, p.dark, 10)
    if p.kind == 2:
        wire = "".join(line(f"M92 {92 + n * 24}H122", METAL_DARK, 6) for n in range(10))
        return moved(
            shadow(110, 344) + pages + cover + shape("M170 250L220 170L262 250Z", p.light) + disc(232, 150, 18, p.light) + wire,
            "rotate(5 200 200)",
        )
    label = rect(164, 120, 94, 56, PAPER, 4) + line("M178 142H244M178 158H222", p.deep, 4)
    band = rect(268, 68, 10, 264, p.deep) if p.kind == 1 else shape("M216 332V362L224 352L232 362V332Z", "#c2574a")
    return moved(
        shadow(110, 344) + pages + band + cover + label + (rect(268, 68, 10, 264, p.deep) if p.kind == 1 else ""),
        "rotate(-5 200 200)",
    )


def bookcase(p: Paint) -> str:
    """Shelves with a few books on them."""
    left, top, width, boards = ((104, 60, 192, 4), (64, 170, 272, 2), (120, 60, 160, 4))[p.kind]
    gap = (330 - top) / boards
    back = "" if p.kind == 2 else rect(left, top, width, 330 - top, p.light)
    sides = (
        line(f"M{left + 6} 328L{left + 22} {top - 8}M{left + width - 6} 328L{left + width - 22} {top - 8}", p.dark, 12)
        if p.kind == 2
        else rect(left - 6, top - 6, 14, 336 - top, p.dark) + rect(left + width - 8, top - 6, 14, 336 - top, p.dark)
    )
    books = ""
    for shelf in range(boards):
        floor = top + gap * (shelf + 1) - 8
        at = left + 26 + (shelf % 2) * 30
        for n, tint in enumerate(("#b5654a", "#3f6470", "#d9a441", "#7b8a6a", "#e8e0d2")[shelf % 3 :]):
            books += rect(at + n * 17, floor - 34 - (n * 7) % 14, 14, 34 + (n * 7) % 14, tint, 2)
    planks = "".join(rect(left - 6, top + gap * (n + 1) - 8, width + 12, 12, p.main, 3) for n in range(boards))
    plant = disc(left + width - 44, top - 26 if p.kind == 1 else top + gap - 34, 15, LEAF) + rect(
        left + width - 54, top - 22 if p.kind == 1 else top + gap - 30, 20, 22, WOOD_DARK, 4
    )
    head = rect(left - 6, top - 6, width + 12, 12, p.main, 3) if p.kind != 2 else ""
    return shadow(width / 2 + 10) + back + sides + books + plant + planks + head
