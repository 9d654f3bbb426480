"""Drawings of the living room."""

from gateway.demo.pictures.brush import GLOW, INK, LEAF, METAL_DARK, WOOD, WOOD_DARK, Paint, disc, line, oval, rect, shadow, shape


def sofa(p: Paint) -> str:
    """A sofa of two or three seats, or with a chaise."""
    seats = 2 if p.kind == 0 else 3
    left, right = (70, 330) if p.kind == 0 else (34, 366)
    legs = "".join(shape(f"M{x} 304H{x + 16}L{x + 11} 332H{x + 5}Z", WOOD_DARK) for x in (left + 18, right - 34))
    back = rect(left + 14, 160, right - left - 28, 120, p.dark, 26)
    wide = (right - left - 64) / seats
    cushions = "".join(rect(left + 32 + n * wide + 2, 170, wide - 4, 80, p.main, 16) for n in range(seats))
    bench = "".join(rect(left + 32 + n * wide + 1, 238, wide - 2, 40, p.light, 12) for n in range(seats))
    front = rect(left + 16, 270, right - left - 32, 40, p.main, 10)
    arms = rect(left, 206, 42, 104, p.main, 20) + rect(right - 42, 206, 42, 104, p.dark, 20)
    if p.kind == 2:
        arms += rect(right - 140, 244, 120, 72, p.light, 16) + rect(right - 140, 286, 120, 34, p.main, 12)
    pillow = rect(left + 46, 190, 52, 52, "#e9dfcd", 10)
    return shadow((right - left) / 2) + legs + back + cushions + pillow + bench + front + arms


def armchair(p: Paint) -> str:
    """A lounge, a wingback or a tub chair."""
    legs = shape("M122 296H138L128 336H120Z", WOOD_DARK) + shape("M262 296H278L280 336H272Z", WOOD_DARK)
    if p.kind == 0:
        frame = line("M96 218H150M304 218H250M110 218L96 336M290 218L304 336", WOOD, 12)
        return (
            shadow(120, 338)
            + frame
            + rect(128, 96, 144, 170, p.main, 26)
            + rect(206, 96, 66, 170, p.dark, 26)
            + rect(200, 98, 40, 166, p.main)
            + rect(116, 236, 168, 50, p.light, 20)
        )
    if p.kind == 1:
        back = shape("M112 90C150 66 250 66 288 90L306 210H94Z", p.dark) + rect(130, 92, 140, 150, p.main, 30)
        buttons = "".join(disc(x, y, 5, p.deep) for x, y in ((168, 130), (232, 130), (200, 156), (168, 184), (232, 184)))
        return (
            shadow(120, 338)
            + legs
            + back
            + buttons
            + rect(112, 226, 176, 46, p.light, 18)
            + rect(84, 196, 44, 110, p.main, 20)
            + rect(272, 196, 44, 110, p.dark, 20)
            + rect(112, 262, 176, 44, p.main, 10)
        )
    shell = shape("M76 190C76 110 324 110 324 190L306 300C300 318 100 318 94 300Z", p.dark) + shape(
        "M108 200C108 150 292 150 292 200V250H108Z", p.deep
    )
    seat = oval(200, 232, 96, 30, p.light) + shape(
        "M76 196C90 230 104 244 108 250C150 268 250 268 292 250C300 240 314 226 324 196L306 300C300 318 100 318 94 300Z", p.main
    )
    return shadow(120, 338) + legs + shell + seat


def coffee_table(p: Paint) -> str:
    """A round, a rectangular or a nested table."""
    cup = rect(214, 196, 34, 24, "#f4efe6", 6) if p.kind != 2 else ""
    if p.kind == 0:
        legs = "".join(
            shape(f"M{x} 240H{x + 16}L{x + 8 + lean} 330H{x + 2 + lean}Z", p.dark)
            for x, lean in ((100, -16), (192, 0), (284, 14))
        )
        return (
            shadow(130)
            + legs
            + oval(200, 238, 150, 26, p.dark)
            + oval(200, 228, 150, 26, p.main)
            + oval(190, 224, 104, 14, p.light)
            + cup
        )
    if p.kind == 1:
        legs = rect(66, 236, 16, 94, p.dark) + rect(318, 236, 16, 94, p.dark)
        return (
            shadow(150)
            + legs
            + rect(78, 286, 244, 12, p.dark, 3)
            + rect(44, 214, 312, 24, p.main, 8)
            + rect(44, 230, 312, 8, p.dark, 4)
            + rect(110, 200, 70, 14, "#b5654a", 3)
            + cup
        )
    small = line("M216 262L206 330M330 262L340 330", p.deep, 10) + oval(272, 258, 90, 17, p.dark) + oval(272, 251, 90, 17, p.main)
    large = (
        line("M84 214L70 330M232 214L246 330", p.deep, 11) + oval(158, 210, 112, 20, p.dark) + oval(158, 202, 112, 20, p.light)
    )
    plant = rect(140, 168, 36, 30, "#f4efe6", 6) + "".join(oval(158 + x, 150, 8, 24, LEAF) for x in (-14, 0, 14))
    return shadow(140) + large + plant + small


def floor_lamp(p: Paint) -> str:
    """An arc, a tripod or a reading lamp, lit."""
    if p.kind == 0:
        arc = line("M112 318C90 120 150 50 268 88V120", METAL_DARK, 8)
        shade = shape("M206 176A62 62 0 0 1 330 176Z", p.main) + shape(
            "M268 114A62 62 0 0 1 330 176H290C290 150 284 128 268 114Z", p.dark
        )
        return shadow(100, 336) + oval(120, 326, 62, 13, INK) + arc + oval(268, 176, 62, 9, GLOW) + shade
    if p.kind == 1:
        legs = line("M200 170L132 334M200 170L268 334M200 170V326", WOOD, 10)
        shade = shape("M140 66H260L284 176H116Z", p.main) + shape("M212 66H260L284 176H224Z", p.dark)
        return shadow(100, 338) + legs + oval(200, 176, 84, 11, GLOW) + shade + disc(200, 196, 9, INK)
    stem = line("M180 322V92L226 74", METAL_DARK, 8)
    head = (
        shape("M214 60L276 84L262 136L198 112Z", p.main)
        + shape("M246 72L276 84L262 136L232 125Z", p.dark)
        + shape("M198 112L262 136L258 146L194 122Z", GLOW)
    )
    return shadow(90, 336) + oval(180, 326, 60, 13, p.deep) + oval(180, 321, 60, 12, p.main) + stem + head


def rug(p: Paint) -> str:
    """A rug from above with a border and a pattern."""
    if p.kind == 2:
        return "".join(disc(200, 200, 150 - n * 30, tint) for n, tint in enumerate((p.dark, p.main, p.light, p.main, p.dark)))
    fringe = "".join(line(f"M{96 + n * 16} 52V68M{96 + n * 16} 332V348", "#e9dfcd", 4) for n in range(14))
    body = rect(86, 66, 228, 268, p.main, 4) + rect(100, 80, 200, 240, p.light, 2) + rect(110, 90, 180, 220, p.main, 2)
    if p.kind == 0:
        pattern = "".join(rect(110, 104 + n * 36, 180, 10, (p.dark, p.light)[n % 2]) for n in range(6))
    else:
        pattern = "".join(
            shape(f"M200 {110 + n * 60}L250 {140 + n * 60}L200 {170 + n * 60}L150 {140 + n * 60}Z", (p.dark, p.light, p.dark)[n])
            for n in range(3)
        )
        pattern += "".join(disc(x, y, 8, p.light) for x in (130, 270) for y in (140, 200, 260))
    return fringe + body + pattern


def vase(p: Paint) -> str:
    """A bud, a bottle or a round vase, with a branch."""
    stem = line("M200 170C196 120 210 90 196 48", LEAF, 5) + "".join(
        oval(x, y, 16, 8, LEAF) for x, y in ((216, 92), (182, 112), (214, 60), (178, 74))
    )
    if p.kind == 0:
        body = shape(
            "M184 160H216C214 196 262 220 262 272C262 312 240 330 200 330S138 312 138 272C138 220 186 196 184 160Z", p.main
        )
        body += shape("M206 160H216C214 196 262 220 262 272C262 312 240 330 206 330C236 290 214 220 206 160Z", p.dark)
    elif p.kind == 1:
        body = shape(
            "M180 120H220V186C256 204 262 230 262 260V314Q262 330 246 330H154Q138 330 138 314V260C138 230 144 204 180 186Z",
            p.main,
        )
        body += shape("M206 120H220V186C256 204 262 230 262 260V314Q262 330 246 330H224C226 270 222 210 206 180Z", p.dark)
    else:
        body = (
            rect(172, 150, 56, 40, p.dark, 8)
            + disc(200, 252, 80, p.main)
            + shape("M200 172A80 80 0 0 1 200 332C244 300 244 204 200 172Z", p.dark)
        )
    return shadow(84, 334) + stem + body + oval(168, 258, 9, 26, p.light)
