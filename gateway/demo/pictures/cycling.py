"""Drawings of the cycling department."""

from gateway.demo.pictures.brush import (
    GLOW,
    INK,
    METAL,
    METAL_DARK,
    METAL_LIGHT,
    WOOD,
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


def bicycle(p: Paint) -> str:
    """A city, a touring or a step-through bicycle."""
    wheels = "".join(ring(x, 254, 70, INK, 7) + ring(x, 254, 62, METAL_LIGHT, 3) + disc(x, 254, 7, INK) for x in (100, 300))
    spokes = "".join(
        moved(line(f"M{x} 194V314", METAL, 1.5), f"rotate({a} {x} 254)") for x in (100, 300) for a in range(0, 180, 30)
    )
    fork = line("M276 134L300 254", p.dark, 9)
    if p.kind == 2:
        frame = line("M100 254L186 254L154 150M100 254L160 176M186 254C196 214 236 182 282 162", p.main, 10)
    else:
        frame = line("M100 254L186 254L154 150M100 254L162 166H280M186 254L282 162", p.main, 10)
    saddle = line("M154 150L148 130", METAL_DARK, 7) + rect(122, 118, 62, 16, WOOD_DARK, 8)
    bars = (
        line("M276 134L272 112M272 112C300 104 310 116 304 138", METAL_DARK, 7)
        if p.kind == 1
        else line("M276 134L270 104M270 104C258 96 240 100 232 108", METAL_DARK, 7) + line("M244 102L230 108", WOOD_DARK, 10)
    )
    guards = line("M36 226A72 72 0 0 1 160 216M244 220A72 72 0 0 1 352 206", p.dark, 6)
    basket = shape("M282 96H350L340 150H292Z", WOOD) + line("M288 114H346M290 132H342", WOOD_DARK, 3) if p.kind == 2 else ""
    crank = disc(186, 254, 18, METAL_DARK) + disc(186, 254, 8, INK) + line("M186 254L198 284M188 286H210", INK, 6)
    rack = line("M84 180H150M96 180V250", METAL_DARK, 5) if p.kind == 1 else ""
    return shadow(160) + spokes + wheels + guards + rack + frame + fork + saddle + bars + basket + crank


def helmet(p: Paint) -> str:
    """A city helmet, a vented road helmet or one with a visor."""
    straps = line("M120 244C140 300 180 330 204 334M286 244C268 296 236 328 204 334", INK, 6) + rect(
        190, 324, 30, 16, METAL_DARK, 6
    )
    body = shape("M64 240C56 120 140 84 210 84C300 84 350 150 340 240C300 262 110 262 64 240Z", p.main)
    body += shape("M222 84C300 88 350 150 340 240C320 250 280 256 240 258C270 200 262 130 222 84Z", p.dark)
    if p.kind == 1:
        body += "".join(
            line(f"M{110 + n * 50} {218 - abs(2 - n) * 4}C{116 + n * 46} 176 {132 + n * 38} 140 {150 + n * 30} 120", p.deep, 13)
            for n in range(5)
        )
    else:
        body += "".join(oval(x, y, 16, 7, p.deep) for x, y in ((150, 140), (206, 124), (262, 142)))
        body += line("M66 226C120 246 290 246 340 226", p.light, 7)
    visor = (
        shape("M64 236C56 262 60 300 84 316C150 322 214 300 222 254C170 258 100 252 64 236Z", "#31404a").replace(
            "/>", ' opacity=".82"/>'
        )
        if p.kind == 2
        else ""
    )
    return shadow(120, 346) + straps + body + visor


def bike_light(p: Paint) -> str:
    """A front light, a rear light or the pair."""
    beam = shape("M96 170L10 110V310L96 250Z", GLOW).replace("/>", ' opacity=".6"/>')
    front = (
        rect(96, 160, 176, 100, p.main, 30)
        + rect(96, 212, 176, 48, p.dark, 24)
        + rect(88, 154, 50, 112, METAL, 22)
        + oval(104, 210, 17, 42, GLOW)
        + rect(200, 146, 44, 16, INK, 7)
    )
    mount = rect(176, 258, 44, 40, INK, 8) + rect(150, 292, 96, 30, INK, 14)
    rear = (
        rect(140, 96, 120, 190, p.main, 44)
        + rect(204, 96, 56, 190, p.dark, 30)
        + rect(160, 120, 80, 126, "#b8322f", 30)
        + "".join(disc(200, 146 + n * 36, 13, "#f08a7c") for n in range(3))
        + rect(150, 282, 100, 36, INK, 16)
    )
    if p.kind == 0:
        return beam + moved(front + mount, "translate(26 0)")
    if p.kind == 1:
        return shadow(90) + disc(200, 184, 150, "#e9655a").replace("/>", ' opacity=".13"/>') + rear
    return shadow(130) + moved(front + mount, "translate(-40 10) scale(.82)") + moved(rear, "translate(150 92) scale(.72)")


def pannier(p: Paint) -> str:
    """A pannier with a flap, a handlebar bag or a roll-top."""
    if p.kind == 1:
        body = rect(80, 140, 240, 160, p.main, 40) + rect(214, 140, 106, 160, p.dark, 40) + rect(200, 142, 60, 156, p.main)
        return (
            shadow(124, 312)
            + line("M60 120H340", INK, 12)
            + rect(120, 110, 20, 50, p.deep, 6)
            + rect(260, 110, 20, 50, p.deep, 6)
            + body
            + shape("M80 186C80 150 110 134 140 134H260C290 134 320 150 320 186C260 214 140 214 80 186Z", p.light)
            + rect(186, 190, 28, 34, WOOD_DARK, 6)
        )
    body = shape("M106 120H294L306 310Q306 330 286 330H114Q94 330 94 310Z", p.main) + shape(
        "M206 120H294L306 310Q306 330 286 330H222Z", p.dark
    )
    if p.kind == 2:
        top = (
            rect(98, 76, 204, 52, p.light, 24)
            + line("M112 102H288", p.main, 4)
            + rect(136, 72, 16, 150, INK, 4)
            + rect(248, 72, 16, 150, INK, 4)
        )
    else:
        top = (
            shape("M100 104Q100 92 112 92H288Q300 92 300 104L304 204Q200 232 96 204Z", p.light)
            + rect(136, 180, 18, 64, WOOD_DARK, 5)
            + rect(246, 180, 18, 64, WOOD_DARK, 5)
        )
    stripe = rect(120, 284, 160, 10, METAL_LIGHT, 5)
    hooks = line("M140 92V66H160M260 92V66H240", INK, 9)
    return shadow(114, 336) + hooks + body + top + stripe


def bike_lock(p: Paint) -> str:
    """A U-lock, a chain or a folding lock."""
    if p.kind == 0:
        return (
            shadow(100)
            + line("M128 270V150C128 54 272 54 272 150V270", METAL_DARK, 30)
            + line("M128 262V150C128 54 272 54 272 150V262", p.main, 20)
            + rect(92, 258, 216, 64, p.main, 28)
            + rect(92, 292, 216, 30, p.dark, 15)
            + disc(200, 290, 15, INK)
            + rect(197, 282, 6, 16, METAL_LIGHT, 2)
        )
    if p.kind == 1:
        links = line("M120 240C60 120 150 70 200 70S340 120 280 240", p.main, 34)
        dots = "".join(moved(oval(200, 70, 15, 8, p.deep), f"rotate({a} 200 190)") for a in range(-112, 113, 16))
        return (
            shadow(100)
            + links
            + dots
            + rect(128, 226, 144, 100, INK, 22)
            + rect(142, 238, 116, 76, p.dark, 14)
            + disc(200, 270, 13, INK)
            + rect(196, 272, 8, 24, INK, 3)
        )
    bars = "".join(
        line(f"M{x} 96L{y} 290", p.main if n % 2 else p.dark, 28)
        for n, (x, y) in enumerate(((96, 96), (146, 96), (146, 196), (246, 196), (246, 296)))
    )
    rivets = "".join(disc(x, y, 9, METAL_LIGHT) for x, y in ((96, 96), (96, 290), (146, 96), (196, 290), (246, 96), (296, 290)))
    return shadow(120) + bars + rivets + rect(262, 262, 72, 62, INK, 14) + disc(298, 293, 10, METAL)


def pump(p: Paint) -> str:
    """A floor pump with a gauge, or a small one."""
    if p.kind == 0:
        hose = line("M176 296C90 300 80 190 120 150C140 128 150 160 132 176", INK, 9)
        barrel = rect(184, 120, 34, 190, p.main, 10) + rect(202, 120, 16, 190, p.dark, 8) + rect(195, 66, 12, 60, METAL)
        handle = rect(136, 50, 130, 24, WOOD, 12) + rect(136, 62, 130, 12, WOOD_DARK, 6)
        foot = (
            rect(130, 306, 142, 20, p.deep, 8)
            + disc(201, 292, 30, METAL_DARK)
            + disc(201, 292, 23, "#fbfaf6")
            + line("M201 292L214 280", "#c2574a", 4)
        )
        return shadow(100) + hose + barrel + handle + foot
    length = 190 if p.kind == 1 else 260
    left = 200 - length / 2
    body = (
        rect(left, 184, length * 0.62, 34, p.main, 16)
        + rect(left, 202, length * 0.62, 16, p.dark, 8)
        + rect(left + length * 0.6, 192, length * 0.3, 18, METAL, 6)
    )
    ends = (
        rect(left - 26, 178, 40, 46, INK, 12)
        + rect(left + length * 0.86, 180, 56, 42, WOOD, 18)
        + rect(left + length * 0.86, 202, 56, 20, WOOD_DARK, 10)
    )
    return moved(body + ends + disc(left - 6, 168, 9, METAL_DARK), "rotate(-36 200 200)")
