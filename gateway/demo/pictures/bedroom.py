"""Drawings of the bedroom."""

from gateway.demo.pictures.brush import (
    INK,
    METAL_DARK,
    PAPER,
    WOOD_DARK,
    Paint,
    disc,
    line,
    moved,
    oval,
    rect,
    ring,
    shadow,
    shape,
)


def bed(p: Paint) -> str:
    """A bed with a slatted, an upholstered or no headboard."""
    legs = rect(52, 306, 14, 26, WOOD_DARK) + rect(334, 306, 14, 26, WOOD_DARK)
    if p.kind == 0:
        head = (
            rect(44, 110, 312, 14, p.main, 6)
            + "".join(rect(54 + n * 36, 124, 12, 110, p.dark) for n in range(9))
            + rect(44, 110, 14, 210, p.dark, 5)
            + rect(342, 110, 14, 210, p.dark, 5)
        )
    elif p.kind == 1:
        head = rect(44, 100, 312, 180, p.main, 26) + line("M122 112V220M200 108V220M278 112V220", p.dark, 4)
    else:
        head = rect(44, 170, 312, 90, p.dark, 8)
    pillows = (
        rect(74, 176, 112, 54, PAPER, 20)
        + rect(214, 176, 112, 54, PAPER, 20)
        + rect(84, 206, 92, 22, "#ece7dd", 11)
        + rect(224, 206, 92, 22, "#ece7dd", 11)
    )
    quilt = shape("M54 230C120 216 280 216 346 230V296H54Z", "#e6e0d4") + shape(
        "M54 250C120 238 280 238 346 250V296H54Z", "#d9d2c4"
    )
    frame = rect(40, 284, 320, 30, p.main, 8) + rect(40, 302, 320, 12, p.dark, 6)
    return shadow(165) + head + legs + pillows + quilt + frame


def bedside_table(p: Paint) -> str:
    """A small table with a lamp or a book on it."""
    book = rect(176, 150, 86, 14, "#b5654a", 3) + rect(184, 138, 72, 12, "#3f6470", 3)
    if p.kind == 1:
        return (
            shadow(90)
            + line("M138 182L116 330M262 182L284 330M166 186L158 326M234 186L242 326", p.dark, 11)
            + line("M134 260H266", p.dark, 8)
            + oval(200, 182, 92, 16, p.dark)
            + oval(200, 174, 92, 16, p.main)
            + moved(book, "translate(-18 6)")
        )
    legs = shape("M122 300H136L130 334H124Z", p.dark) + shape("M264 300H278L276 334H270Z", p.dark)
    box = rect(110, 166, 180, 138, p.main, 8) + rect(110, 160, 180, 14, p.light, 5)
    if p.kind == 0:
        front = (
            rect(124, 186, 152, 50, p.light, 4)
            + disc(200, 211, 6, INK)
            + rect(124, 244, 152, 50, p.light, 4)
            + disc(200, 269, 6, INK)
        )
    else:
        front = rect(124, 184, 152, 108, p.deep, 4) + rect(136, 262, 80, 14, "#e9dfcd", 3) + rect(142, 276, 90, 16, "#3f6470", 3)
    return shadow(90) + legs + box + front + book


def bed_linen(p: Paint) -> str:
    """A folded set with a pillowcase on top."""
    folds = "".join(rect(70, 206 + n * 42, 260, 46, tint, 20) for n, tint in enumerate((p.light, p.main, p.dark)))
    if p.kind == 2:
        folds += "".join(rect(100 + n * 40, 206, 8, 130, p.deep) for n in range(6))
    edges = line("M92 250H310M92 292H310", p.deep, 2)
    pillow = shape("M92 118C130 106 270 106 308 118C322 146 322 178 308 206C270 216 130 216 92 206C78 178 78 146 92 118Z", p.main)
    pillow += shape(
        "M110 130C150 122 250 122 290 130C298 150 298 172 290 194C250 202 150 202 110 194C102 172 102 150 110 130Z", p.light
    )
    buttons = "".join(disc(276, 142 + n * 20, 4, p.deep) for n in range(3)) if p.kind != 1 else line("M126 162H274", p.main, 3)
    return shadow(140, 336) + folds + edges + pillow + buttons


def pillow(p: Paint) -> str:
    """A pillow, plump or shaped."""
    if p.kind == 2:
        body = shape(
            "M64 220C64 150 120 120 160 130C190 138 210 138 240 130C290 118 340 150 336 220"
            "C332 290 280 300 240 276C214 262 186 262 160 276C120 300 64 290 64 220Z",
            p.main,
        )
        return (
            shadow(140, 310)
            + body
            + line("M96 214C100 180 130 160 160 166", p.light, 8)
            + line("M110 258C130 268 150 260 170 250M300 250C280 262 256 256 236 246", p.dark, 4)
        )
    body = shape("M60 130C110 146 290 146 340 130C352 170 352 250 340 290C290 276 110 276 60 290C48 250 48 170 60 130Z", p.main)
    seam = shape(
        "M60 290C110 276 290 276 340 290C352 250 352 200 346 160C344 220 330 256 300 258C220 252 130 256 60 290Z", p.dark
    )
    crease = line("M84 156L124 182M316 156L276 182M84 266L116 246", p.dark, 4) + line(
        "M120 190C150 180 250 180 280 190", p.light, 6
    )
    stripe = line("M110 148V270M290 148V270", p.light, 5) if p.kind == 1 else ""
    return shadow(140, 306) + body + seam + crease + stripe


def throw(p: Paint) -> str:
    """A folded throw with a fringe."""
    fringe = "".join(line(f"M{96 + n * 15} 300V330", p.dark if n % 2 else p.main, 5) for n in range(15))
    body = rect(84, 96, 232, 210, p.main, 18) + rect(84, 96, 232, 60, p.light, 18) + rect(84, 140, 232, 18, p.dark, 6)
    if p.kind == 0:
        pattern = "".join(line(f"M{100 + n * 25} 176l12 14l-12 14l12 14l-12 14l12 14l-12 14l12 14", p.light, 4) for n in range(9))
    elif p.kind == 1:
        pattern = "".join(rect(84, 184 + n * 38, 232, 14, tint) for n, tint in enumerate((p.light, p.deep, p.light)))
    else:
        pattern = "".join(
            oval(110 + c * 30, 184 + r * 32, 11, 15, p.light if c % 2 else p.dark) for c in range(7) for r in range(4)
        )
    return shadow(124, 338) + fringe + body + pattern


def alarm_clock(p: Paint) -> str:
    """A clock that shows ten past ten."""
    hands = line("M200 220L168 190M200 220L240 186", INK, 8) + line("M200 220V276", "#c2574a", 3) + disc(200, 220, 7, INK)
    marks = "".join(moved(rect(197, 142, 6, 14, METAL_DARK, 2), f"rotate({n * 90} 200 220)") for n in range(4))
    if p.kind == 2:
        return (
            shadow(100)
            + rect(94, 116, 212, 214, p.dark, 30)
            + rect(94, 116, 204, 206, p.main, 30)
            + rect(114, 136, 166, 168, PAPER, 20)
            + marks
            + hands
            + rect(170, 104, 60, 14, p.deep, 7)
        )
    feet = line("M134 306L112 334M266 306L288 334", p.deep, 13)
    face = disc(200, 220, 106, p.main) + ring(200, 220, 100, p.dark, 8) + disc(200, 220, 86, PAPER)
    bells = ""
    if p.kind == 0:
        bells = (
            moved(shape("M92 138A44 44 0 0 1 180 138Z", p.main), "rotate(-34 136 130)")
            + moved(shape("M220 138A44 44 0 0 1 308 138Z", p.dark), "rotate(34 264 130)")
            + line("M200 114V84M184 84H216", INK, 8)
        )
    return shadow(100, 336) + feet + bells + face + marks + hands
