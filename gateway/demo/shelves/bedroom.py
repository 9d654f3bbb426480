"""The bedroom."""

from gateway.demo.shelves.shelf import Brand, Department, Shelf, Words, kind

DEPARTMENT = Department(
    "bedroom",
    Words("Bedroom", "Sovrum", "Schlafzimmer"),
    (
        Brand("Nattro", 0.85, "Nattro believes that sleep should cost nobody any."),
        Brand("Dunlycke", 1.3, "Dunlycke fills by hand and tells you with what."),
        Brand("Lakan & Lin", 1.0, "Lakan & Lin weaves in a mill that smells of soap."),
        Brand("Stillnatt", 1.5, "Stillnatt has furnished quiet rooms since 1911."),
        Brand("Linborg", 1.1, "Linborg washes everything twice before you do."),
    ),
    (
        Shelf(
            "beds", Words("Bed frames", "Sängramar", "Bettgestelle"), (2990, 15900),
            (
                kind("slatted bed", "ribbsäng", "Holzbett", 0.9),
                kind("upholstered bed", "klädd säng", "Polsterbett", 1.4),
                kind("platform bed", "plattformssäng", "Plattformbett", 1.0),
            ),
            ("oak", "walnut", "fog", "sage", "navy", "sand"), ("oak", "walnut", "birch ply"),
            "Does not creak, and we have tried. Frame of {material}, slats included.",
            ("bed-linen", "bedside-tables", "pillows", "throws"), (1, 8, 9), 1.0,
        ),
        Shelf(
            "bedside-tables", Words("Bedside tables", "Nattduksbord", "Nachttische"), (490, 2990),
            (
                kind("bedside table with drawer", "nattduksbord med låda", "Nachttisch mit Schublade", 1.1),
                kind("bedside stool", "sängpall", "Nachthocker", 0.7),
                kind("open bedside table", "öppet nattduksbord", "offener Nachttisch", 0.9),
            ),
            ("oak", "walnut", "snow", "birch", "sage"), ("oak", "walnut", "birch ply"),
            "A glass of water, a book and your glasses: all of it fits. {Material}.",
            ("beds", "alarm-clocks", "desk-lamps"), (1, 8, 9), 0.8, (1, 2, 2),
        ),
        Shelf(
            "bed-linen", Words("Bed linen", "Sängkläder", "Bettwäsche"), (390, 2490),
            (
                kind("percale duvet set", "påslakanset i perkal", "Perkal-Bettwäsche", 0.8),
                kind("linen duvet set", "påslakanset i linne", "Leinenbettwäsche", 1.5),
                kind("striped duvet set", "randigt påslakanset", "gestreifte Bettwäsche", 0.9),
            ),
            ("snow", "sky", "sage", "rose", "sand", "navy", "clay"), ("linen", "cotton"),
            "Cool in July and kind in January. {Material}, woven close, buttoned in coconut.",
            ("pillows", "throws", "beds"), (1, 5, 6, 11), 1.3, (1, 1, 2),
        ),
        Shelf(
            "pillows", Words("Pillows", "Kuddar", "Kissen"), (190, 1590),
            (
                kind("soft pillow", "mjuk kudde", "weiches Kissen", 0.8),
                kind("firm pillow", "fast kudde", "festes Kissen", 1.0),
                kind("side-sleeper pillow", "kudde för sidosovare", "Seitenschläferkissen", 1.3),
            ),
            ("snow", "sky", "fog", "sand", "rose"), ("down", "cotton", "wool"),
            "Keeps its shape until morning. Filled and covered with {material}, washable at sixty degrees.",
            ("bed-linen", "beds"), (1, 11), 0.9, (1, 2, 2, 4),
        ),
        Shelf(
            "throws", Words("Throws", "Plädar", "Wolldecken"), (290, 2290),
            (
                kind("herringbone throw", "fiskbensmönstrad pläd", "Fischgrat-Decke", 1.1),
                kind("striped throw", "randig pläd", "gestreifte Decke", 0.9),
                kind("chunky knit throw", "grovstickad pläd", "Grobstrick-Decke", 1.3),
            ),
            ("sage", "clay", "fog", "ochre", "plum", "navy", "sand"), ("wool", "merino", "cotton"),
            "One for the sofa and one for whoever sits beside you. Brushed {material} with a short fringe.",
            ("sofas", "armchairs", "bed-linen"), (9, 10, 11, 12, 1), 1.1, (1, 1, 2),
        ),
        Shelf(
            "alarm-clocks", Words("Alarm clocks", "Väckarklockor", "Wecker"), (190, 990),
            (
                kind("bell alarm clock", "väckarklocka med bjällror", "Glockenwecker", 0.8),
                kind("round alarm clock", "rund väckarklocka", "runder Wecker", 1.0),
                kind("cube alarm clock", "kubformad väckarklocka", "Würfelwecker", 0.9),
            ),
            ("brass", "red", "snow", "charcoal", "sky", "sage"), ("steel", "brass", "recycled plastic"),
            "A second hand that sweeps in silence, and a bell that does not. Case of {material}.",
            ("bedside-tables", "bed-linen"), (1, 8, 9), 0.7,
        ),
    ),
)  # fmt: skip
