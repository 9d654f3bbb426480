"""Drawings of the wardrobe."""

from gateway.demo.pictures.brush import INK, METAL, METAL_LIGHT, WOOD_DARK, Paint, disc, line, moved, oval, rect, shadow, shape

_TORSO = "M142 92C160 82 240 82 258 92L318 122L358 288L308 302L288 210L286 334H114L112 210L92 302L42 288L82 122Z"
_SHADE = "M214 86C232 86 250 88 258 92L318 122L358 288L308 302L288 210L286 334H228C236 250 232 150 214 86Z"


def jacket(p: Paint) -> str:
    """A rain jacket, a parka or a quilted jacket, laid flat."""
    body = shape(_TORSO, p.main) + shape(_SHADE, p.dark)
    zip_ = line("M200 110V332", p.deep, 5)
    pockets = line("M136 262L166 250M264 262L234 250", p.deep, 6)
    if p.kind == 0:
        hood = shape("M146 96C140 40 260 40 254 96C240 122 160 122 146 96Z", p.dark) + oval(200, 92, 34, 24, p.deep)
        return body + hood + zip_ + pockets + disc(200, 140, 5, METAL_LIGHT)
    if p.kind == 1:
        fur = line("M144 98C134 36 266 36 256 98", "#e3d6bf", 22)
        flaps = rect(130, 246, 52, 44, p.light, 6) + rect(218, 246, 52, 44, p.main, 6) + line("M116 222H286", p.deep, 5)
        return (
            body
            + oval(200, 88, 42, 30, p.deep)
            + fur
            + rect(190, 108, 20, 226, p.light)
            + flaps
            + "".join(disc(200, 136 + n * 40, 5, p.deep) for n in range(5))
        )
    quilts = "".join(line(f"M{112 - n} {150 + n * 36}H{288 + n}", p.deep, 3) for n in range(5))
    sleeves = line("M76 160L104 176M62 210L98 222M50 256L90 266M324 160L296 176M338 210L302 222M350 256L310 266", p.deep, 3)
    return body + quilts + sleeves + zip_ + rect(160, 78, 80, 26, p.light, 10) + pockets


def sweater(p: Paint) -> str:
    """A crew-neck, a roll-neck or a fisherman's sweater."""
    body = shape(_TORSO, p.main) + shape(_SHADE, p.dark)
    hem = (
        rect(113, 312, 174, 24, p.deep, 5)
        + moved(rect(36, 274, 60, 20, p.deep, 5), "rotate(15 66 284)")
        + moved(rect(304, 274, 60, 20, p.deep, 5), "rotate(-15 334 284)")
    )
    if p.kind == 1:
        neck = rect(156, 58, 88, 52, p.light, 14) + line("M160 82H240", p.main, 3)
        pattern = ""
    else:
        neck = oval(200, 92, 44, 20, p.deep) + oval(200, 86, 34, 14, "#ece8e1")
        pattern = ""
    if p.kind == 2:
        pattern = "".join(
            line(f"M{x} 128l10 14l-10 14l10 14l-10 14l10 14l-10 14l10 14l-10 14l10 14l-10 14", p.light, 4)
            for x in (150, 178, 206, 234)
        )
        pattern += line("M110 128H290", p.light, 5)
    elif p.kind == 0:
        pattern = line("M150 108C170 128 230 128 250 108", p.light, 4)
    return body + hem + pattern + neck


def trousers(p: Paint) -> str:
    """Chinos, work trousers or wide ones, laid flat."""
    out = (12, 16, 34)[p.kind]
    body = shape(f"M128 60H272L{286 + out} 344H{222 + out / 2} L200 160L{178 - out / 2} 344H{114 - out}Z", p.main)
    body += shape(f"M206 60H272L{286 + out} 344H{222 + out / 2} L200 160Z", p.dark)
    belt = (
        rect(126, 52, 148, 24, p.deep, 5)
        + disc(200, 64, 6, METAL_LIGHT)
        + "".join(rect(x, 50, 8, 28, p.light, 2) for x in (146, 246))
    )
    pockets = line("M136 84C140 110 152 116 168 118M264 84C260 110 248 116 232 118", p.deep, 5)
    extra = (
        rect(122, 190, 46, 60, p.light, 6) + rect(236, 190, 46, 60, p.main, 6)
        if p.kind == 1
        else line(f"M150 120L{144 - out / 2} 336M250 120L{256 + out / 2} 336", p.deep, 2)
    )
    return body + belt + pockets + extra + line("M200 78V156", p.deep, 4)


def beanie(p: Paint) -> str:
    """A ribbed, a bobble or a short beanie."""
    low = p.kind == 2
    top = 150 if low else 104
    body = shape(f"M88 262C84 {top - 20} 160 {top} 200 {top}S316 {top - 20} 312 262Z", p.main) + shape(
        f"M206 {top}C250 {top} 316 {top - 20} 312 262H226C236 200 230 150 206 {top}Z", p.dark
    )
    ribs = "".join(
        line(f"M{112 + n * 35} 250Q{124 + n * 30} {top + 60} {160 + n * 16} {top + 18}", p.dark if n < 3 else p.deep, 5)
        for n in range(6)
    )
    cuff = rect(74, 240, 252, 70, p.light, 22) + "".join(line(f"M{98 + n * 23} 252V298", p.main, 6) for n in range(10))
    label = rect(180, 262, 40, 28, WOOD_DARK, 4)
    bobble = disc(200, 92, 40, p.light) + disc(210, 98, 30, "#fff").replace("/>", ' opacity=".18"/>') if p.kind == 1 else ""
    return shadow(120, 322) + body + ribs + bobble + cuff + label


def boots(p: Paint) -> str:
    """A chelsea boot, a hiking boot or a rain boot, in pairs."""
    if p.kind == 2:
        one = (
            shape("M120 60H206V236C250 246 272 268 272 306H120Z", p.main)
            + shape("M170 60H206V236C250 246 272 268 272 306H230C220 270 176 260 170 230Z", p.dark)
            + rect(112, 302, 168, 24, p.deep, 8)
            + rect(114, 56, 98, 20, p.light, 8)
        )
    elif p.kind == 1:
        one = (
            shape("M112 116H206L214 206C258 222 282 244 284 296H112Z", p.main)
            + shape("M112 116H150L160 296H112Z", p.dark)
            + rect(104, 290, 190, 32, INK, 8)
            + rect(104, 112, 110, 26, p.deep, 10)
        )
        one += "".join(
            line(f"M168 {156 + n * 24}L{204 + n * 6} {150 + n * 24}", "#e6d3b8", 5) + disc(168, 156 + n * 24, 4, METAL)
            for n in range(4)
        )
    else:
        one = (
            shape("M122 100H212L210 210C250 226 280 246 284 294H116Z", p.main)
            + shape("M158 100H190L182 214H166Z", p.deep)
            + rect(108, 290, 184, 18, INK, 6)
            + rect(108, 300, 54, 24, INK, 5)
            + line("M214 222C240 236 262 252 270 276", p.light, 5)
        )
    return shadow(150, 332) + moved(one, "translate(52 -14) scale(.94)") + moved(one, "translate(-26 16) scale(.96)")


def socks(p: Paint) -> str:
    """A pair of socks."""
    one = shape("M130 60H206V206C206 220 252 240 272 262C292 286 280 326 246 322C206 318 130 270 130 226Z", p.main)
    one += shape("M130 190C150 196 176 218 168 262C146 250 130 240 130 226Z", p.dark) + shape(
        "M250 246C284 262 296 300 266 320C240 318 232 280 250 246Z", p.dark
    )
    one += rect(126, 54, 84, 34, p.light, 8)
    if p.kind == 2:
        one += "".join(rect(130, 100 + n * 26, 76, 12, p.light if n % 2 else p.deep) for n in range(4))
    elif p.kind == 1:
        one += "".join(line(f"M{144 + n * 16} 94V196", p.dark, 4) for n in range(4))
    return shadow(120, 342) + moved(one, "translate(46 -6) rotate(6 200 200)") + moved(one, "translate(-30 18)")
