"""Drawings of the camp department."""

from gateway.demo.pictures.brush import (
    GLOW,
    INK,
    METAL,
    METAL_DARK,
    METAL_LIGHT,
    WOOD,
    Paint,
    disc,
    line,
    moved,
    oval,
    rect,
    shadow,
    shape,
)


def tent(p: Paint) -> str:
    """A dome, a tunnel or a ridge tent."""
    if p.kind == 0:
        body = shape("M60 330C70 200 130 120 200 120S330 200 340 330Z", p.main)
        body += shape("M200 120C270 120 330 200 340 330H262C262 230 240 160 200 120Z", p.dark)
        body += shape("M148 330C150 250 170 190 200 160C226 190 240 250 240 330Z", p.deep)
        body += shape("M148 330C150 250 170 190 200 160C196 220 186 280 176 330Z", p.light)
        return shadow(160) + body + line("M60 330L34 344M340 330L366 344", INK, 3)
    if p.kind == 1:
        body = shape("M40 330C40 240 80 180 130 176L290 150C340 160 364 240 364 330Z", p.main)
        body += shape("M40 330C40 240 80 180 130 176C178 190 196 250 196 330Z", p.light)
        body += shape("M88 330C88 270 104 226 130 214C152 230 164 276 164 330Z", p.deep)
        body += line(
            "M196 330C196 250 178 190 130 176M282 330C280 250 262 180 216 162M340 330C340 230 320 170 290 150", p.dark, 5
        )
        return shadow(168) + body + line("M40 330L18 342M364 330L386 342", INK, 3)
    body = shape("M50 330L150 120L300 132L356 330Z", p.dark) + shape("M50 330L150 120L236 330Z", p.main)
    body += shape("M112 330L150 190L182 330Z", p.deep) + shape("M112 330L150 190L140 330Z", p.light)
    return shadow(160) + line("M150 120L20 340M300 132L384 340", INK, 3) + body + line("M150 104V124", WOOD, 6)


def sleeping_bag(p: Paint) -> str:
    """A mummy bag laid out, quilted."""
    body = shape("M200 60C262 60 284 108 280 170L262 316C258 346 142 346 138 316L120 170C116 108 138 60 200 60Z", p.main)
    body += shape("M200 60C262 60 284 108 280 170L262 316C260 330 240 338 216 339C236 240 240 140 200 60Z", p.dark)
    body += oval(200, 122, 46, 44, p.deep) + oval(200, 128, 36, 34, p.light)
    gaps = (196, 232, 268, 302) if p.kind else (214, 268)
    body += "".join(
        line(f"M{120 + (y - 170) * 0.14:.0f} {y}Q200 {y + 16} {280 - (y - 170) * 0.14:.0f} {y}", p.dark, 4) for y in gaps
    )
    body += line("M238 152C248 210 246 250 240 300", p.light, 4)
    toggle = disc(240, 302, 6, INK)
    return moved(shadow(90, 346) + body + toggle, "rotate(8 200 200)" if p.kind == 2 else "rotate(-8 200 200)")


def sleeping_mat(p: Paint) -> str:
    """A mat, half rolled."""
    sheet = shape("M96 250L300 250L372 330L60 330Z", p.main)
    ribs = "".join(line(f"M{112 + n * 32} 254L{84 + n * 46} 326", p.dark, 4 if p.kind else 2) for n in range(1, 6))
    roll = rect(86, 150, 228, 104, p.dark, 52) + rect(86, 150, 228, 60, p.main, 30) + oval(98, 202, 42, 52, p.deep)
    roll += oval(98, 202, 34, 43, p.light) + oval(98, 202, 23, 30, p.dark) + oval(98, 202, 15, 20, p.light)
    strap = rect(210, 148, 16, 108, INK, 4) + rect(262, 148, 16, 108, INK, 4)
    valve = disc(338, 314, 7, METAL) if p.kind else ""
    if p.kind == 2:
        valve += "".join(line(f"M{78 + r * 10} {312 - r * 20}H{330 - r * 20}", p.light, 3) for r in range(3))
    return shadow(160, 336) + sheet + ribs + roll + strap + valve


def stove(p: Paint) -> str:
    """A burner under a pot."""
    flame = shape("M176 236C176 216 196 214 200 192C206 214 226 216 224 236Z", GLOW)
    pot = rect(124, 100, 152, 92, METAL, 14) + rect(124, 100, 60, 92, METAL_LIGHT, 14) + rect(112, 92, 176, 16, METAL_DARK, 8)
    pot += line("M276 124H330", INK, 10) + disc(200, 84, 10, INK)
    if p.kind == 1:
        base = shape("M112 330L128 214H272L288 330Z", p.main) + shape("M220 214H272L288 330H232Z", p.dark)
        base += "".join(disc(140 + n * 30, 300, 8, p.deep) for n in range(5))
        return shadow(120) + base + pot
    if p.kind == 2:
        base = rect(124, 206, 152, 124, p.main, 8) + rect(210, 206, 66, 124, p.dark, 8) + rect(156, 250, 88, 58, INK, 6)
        return shadow(120) + base + moved(flame, "translate(0 66)") + line("M166 306L236 296M170 294L232 308", WOOD, 9) + pot
    arms = line("M200 260L138 200M200 260L262 200", METAL_DARK, 8)
    can = rect(146, 262, 108, 68, p.main, 18) + rect(206, 262, 48, 68, p.dark, 18) + rect(178, 244, 44, 22, METAL_DARK, 6)
    return shadow(110) + arms + flame + can + pot


def backpack(p: Paint) -> str:
    """A pack with a lid, front pocket and straps; the large one carries a roll."""
    wide = (66, 78, 88)[p.kind]
    left, width = 200 - wide, 2 * wide
    high = (140, 116, 92)[p.kind]
    straps = line(f"M{left + 8} 170C{left - 34} 200 {left - 30} 280 {left + 6} 316", p.deep, 14)
    straps += line(f"M{left + width - 8} 170C{left + width + 34} 200 {left + width + 30} 280 {left + width - 6} 316", p.deep, 14)
    body = (
        rect(left, high, width, 330 - high, p.main, 34)
        + rect(200, high, wide, 330 - high, p.dark, 34)
        + rect(200, high, 30, 330 - high, p.main)
    )
    lid = rect(left - 6, high - 16, width + 12, 74, p.light, 30) + rect(left + 18, high + 40, 14, 70, INK, 4)
    lid += rect(left + width - 32, high + 40, 14, 70, INK, 4)
    pocket = rect(left + 18, 236, width - 36, 78, p.dark, 18) + line(f"M{left + 34} 254H{left + width - 34}", p.deep, 5)
    roll = (
        rect(left - 14, 66, width + 28, 36, INK, 18)
        if p.kind == 2
        else line(f"M178 {high - 14}C178 {high - 40} 222 {high - 40} 222 {high - 14}", p.deep, 9)
    )
    return shadow(110) + straps + roll + body + pocket + lid


def headlamp(p: Paint) -> str:
    """A lamp on its strap."""
    band = line("M72 190C72 96 328 96 328 190", p.dark, 34) + line(
        "M72 196C72 260 130 284 160 284M328 196C328 260 270 284 240 284", p.main, 34
    )
    if p.kind == 2:
        band += line("M200 116V220", p.deep, 26)
    beam = shape("M160 300L96 372H304L240 300Z", GLOW).replace("/>", ' opacity=".55"/>')
    if p.kind == 1:
        band += rect(62, 176, 40, 62, INK, 12) + rect(70, 186, 24, 8, METAL, 4)
    lamp = (
        rect(136, 230, 128, 88, p.deep, 28)
        + disc(200, 274, 38, METAL_LIGHT)
        + disc(200, 274, 28, GLOW)
        + disc(192, 266, 9, "#fff")
    )
    button = rect(180, 220, 40, 14, INK, 7)
    return beam + band + lamp + button
