"""Drawings of the kitchen department."""

from gateway.demo.pictures.brush import (
    INK,
    METAL,
    METAL_DARK,
    METAL_LIGHT,
    PAPER,
    WOOD,
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


def espresso_machine(p: Paint) -> str:
    """A machine with its portafilter over a cup; the kinds differ in lever, width and gauges."""
    left, right = ((90, 310), (116, 284), (66, 334))[p.kind]
    width = right - left
    body = (
        rect(left, 110, width, 96, p.main, 18)
        + rect(left, 110, width, 34, p.light, 17)
        + rect(left + 12, 200, width - 24, 100, p.deep, 6)
    )
    body += rect(left - 8, 296, width + 16, 34, p.main, 10) + rect(left + 6, 296, width - 12, 9, METAL_DARK, 4)
    group = rect(176, 200, 48, 22, METAL, 5) + rect(166, 220, 68, 14, METAL_DARK, 6) + line("M166 228L104 240", INK, 12)
    cup = rect(182, 264, 36, 32, PAPER, 8) + line("M192 236V262M208 236V262", "#6b4630", 4)
    gauges = (
        disc(right - 30, 158, 15, PAPER)
        + line(f"M{right - 30} 158L{right - 22} 150", INK, 3)
        + disc(left + 30, 158, 8, METAL_LIGHT)
    )
    if p.kind == 0:
        gauges += line("M200 112V60L246 40", METAL_DARK, 10) + line("M232 46L268 30", WOOD_DARK, 16)
    if p.kind == 2:
        gauges += disc(right - 70, 158, 15, PAPER) + line(f"M{right - 70} 158L{right - 74} 148", INK, 3)
        gauges += "".join(rect(x, 88, 26, 24, PAPER, 5) for x in (104, 138, 172))
    return shadow(width / 2 + 12) + body + group + cup + gauges


def grinder(p: Paint) -> str:
    """A hand grinder with a crank, or an electric one with a hopper."""
    if p.kind == 0:
        box = (
            rect(130, 210, 140, 120, p.main, 10)
            + rect(200, 210, 70, 120, p.dark, 10)
            + rect(150, 262, 100, 50, p.light, 6)
            + disc(200, 287, 8, INK)
        )
        bowl = (
            shape("M140 206C140 160 260 160 260 206Z", METAL) + line("M200 170V118H288", METAL_DARK, 9) + disc(290, 106, 16, WOOD)
        )
        return shadow(100) + box + bowl + rect(122, 202, 156, 14, METAL_DARK, 6)
    hopper = (
        shape("M136 66H264L240 158H160Z", "#cfdde0")
        + shape("M146 104H254L240 158H160Z", "#6b4630")
        + rect(128, 56, 144, 16, INK, 8)
    )
    body = (
        shape("M150 158H250L262 330H138Z", p.main)
        + shape("M206 158H250L262 330H214Z", p.dark)
        + rect(126, 318, 148, 14, p.deep, 6)
    )
    spout = rect(176, 214, 48, 18, INK, 6) + shape("M186 232H214L208 252H192Z", METAL_DARK)
    dial = disc(200, 188, 14, METAL_LIGHT) + line("M200 188V178", INK, 3)
    tray = rect(170, 268, 60, 44, METAL if p.kind == 1 else INK, 8)
    return shadow(94) + hopper + body + spout + dial + tray


def cup(p: Paint) -> str:
    """A cup or a mug."""
    if p.kind == 1:
        body = (
            rect(116, 130, 148, 190, p.main, 26)
            + rect(206, 130, 58, 190, p.dark, 26)
            + oval(190, 136, 74, 18, p.deep)
            + oval(190, 139, 62, 12, "#5a3c2a")
        )
        return (
            shadow(100, 322) + line("M262 172C330 166 330 270 262 264", p.dark, 20) + body + rect(132, 160, 12, 120, p.light, 6)
        )
    scale = "translate(40 60) scale(.8)" if p.kind == 0 else ""
    saucer = oval(200, 306, 140, 24, p.dark) + oval(200, 300, 140, 22, p.light) + oval(200, 300, 84, 11, p.main)
    body = shape("M100 160H300C300 250 260 300 200 300S100 250 100 160Z", p.main) + shape(
        "M214 160H300C300 250 260 300 200 300C236 270 224 210 214 160Z", p.dark
    )
    rim = (
        oval(200, 160, 100, 22, p.deep)
        + oval(200, 164, 86, 15, "#5a3c2a")
        + (oval(196, 164, 44, 7, "#e6d3b8") if p.kind == 2 else "")
    )
    return moved(shadow(150, 324) + saucer + line("M292 184C352 176 344 250 270 250", p.dark, 16) + body + rim, scale)


def kettle(p: Paint) -> str:
    """A whistling, a gooseneck or an electric kettle."""
    if p.kind == 1:
        spout = line("M132 290C80 280 112 190 60 160", p.dark, 16)
        body = (
            shape("M136 190H264L288 322H112Z", p.main)
            + shape("M214 190H264L288 322H226Z", p.dark)
            + rect(140, 174, 120, 20, p.deep, 10)
        )
        return shadow(110) + spout + body + line("M270 212C350 200 350 290 316 306", INK, 15) + disc(200, 164, 12, WOOD)
    if p.kind == 2:
        body = (
            shape("M140 110H268L286 300H122Z", p.main)
            + shape("M214 110H268L286 300H226Z", p.dark)
            + shape("M140 110L104 140L134 176Z", p.dark)
        )
        body += rect(110, 298, 188, 32, INK, 10) + rect(146, 92, 116, 22, p.deep, 11) + rect(158, 160, 12, 100, p.light, 6)
        return shadow(104) + line("M268 130C344 128 346 262 284 270", INK, 18) + body
    body = shape("M90 300C80 200 140 160 200 160S320 200 310 300C310 326 90 326 90 300Z", p.main)
    body += shape("M200 160C260 160 320 200 310 300C310 314 262 321 214 321C250 270 244 200 200 160Z", p.dark)
    spout = shape("M98 250L46 190L66 178L128 212Z", p.dark)
    return (
        shadow(124)
        + line("M122 180C122 74 278 74 278 180", INK, 14)
        + spout
        + body
        + disc(200, 152, 15, INK)
        + oval(146, 226, 14, 34, p.light)
    )


def pan(p: Paint) -> str:
    """A frying pan from above, a casserole or a saucepan."""
    if p.kind == 0:
        handle = moved(
            rect(250, 184, 140, 30, WOOD_DARK, 14) + rect(236, 188, 50, 22, METAL_DARK, 6) + disc(374, 199, 5, PAPER),
            "rotate(45 200 200)",
        )
        return (
            handle
            + disc(174, 174, 128, p.deep)
            + disc(174, 174, 116, p.main)
            + disc(174, 174, 94, p.dark)
            + shape("M98 150A82 82 0 0 1 170 92L170 104A70 70 0 0 0 110 152Z", p.light)
        )
    if p.kind == 1:
        body = rect(84, 190, 232, 136, p.main, 34) + rect(214, 190, 102, 136, p.dark, 34) + rect(84, 190, 232, 30, p.main)
        ears = rect(46, 206, 50, 24, p.dark, 12) + rect(304, 206, 50, 24, p.deep, 12)
        lid = (
            shape("M84 184C96 128 304 128 316 184Z", p.light)
            + rect(74, 178, 252, 18, p.deep, 9)
            + rect(182, 116, 36, 26, INK, 10)
        )
        return shadow(130) + ears + body + lid
    body = rect(90, 180, 180, 140, p.main, 22) + rect(196, 180, 74, 140, p.dark, 22) + rect(80, 170, 200, 18, METAL_DARK, 9)
    return (
        shadow(112, 324)
        + body
        + rect(272, 190, 110, 24, WOOD_DARK, 12)
        + rect(262, 194, 30, 16, METAL, 4)
        + rect(108, 210, 12, 80, p.light, 6)
    )


def knife(p: Paint) -> str:
    """A blade and a handle on the diagonal."""
    if p.kind == 1:
        teeth = "M64 222" + "".join(f"L{74 + n * 14} {228 if n % 2 == 0 else 220}" for n in range(13))
        blade = shape("M40 190H256V220L240 222L60 222C46 214 40 200 40 190Z", METAL_LIGHT) + line(teeth, METAL, 4)
    else:
        tip = 30 if p.kind == 0 else 110
        blade = shape(f"M{tip} 196C{tip + 60} 176 180 172 256 172V226C180 232 {tip + 50} 222 {tip} 196Z", METAL_LIGHT)
        blade += shape(f"M{tip} 196C{tip + 60} 206 180 206 256 204V226C180 232 {tip + 50} 222 {tip} 196Z", METAL)
    long = 256
    handle = (
        rect(long - 4, 184, 22, 38, METAL_DARK, 4)
        + rect(long + 14, 182, 116, 40, p.main, 18)
        + rect(long + 14, 204, 116, 18, p.dark, 9)
    )
    rivets = "".join(disc(long + 40 + n * 30, 202, 5, METAL_LIGHT) for n in range(3))
    return moved(blade + handle + rivets, "rotate(-38 200 200)")
