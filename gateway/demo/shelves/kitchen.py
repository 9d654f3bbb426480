"""The kitchen department: coffee first."""

from gateway.demo.shelves.shelf import Brand, Department, Shelf, Words, kind

DEPARTMENT = Department(
    "kitchen",
    Words("Kitchen", "Kök", "Küche"),
    (
        Brand("Köksbo", 0.75, "Köksbo makes the things one reaches for every day."),
        Brand("Ferrum", 1.0, "Ferrum is a family foundry in its fourth generation."),
        Brand("Orvieta", 1.5, "Orvieta builds for the bar and sells to the home."),
        Brand("Haldur", 1.2, "Haldur draws less, so that what is left can be better."),
        Brand("Pottery Nine", 0.95, "Pottery Nine glazes by hand: no two are alike."),
    ),
    (
        Shelf(
            "espresso-machines", Words("Espresso machines", "Espressomaskiner", "Espressomaschinen"), (1990, 11900),
            (
                kind("lever espresso machine", "espressomaskin med spak", "Handhebelmaschine", 1.3),
                kind("compact espresso machine", "kompakt espressomaskin", "kompakte Espressomaschine", 0.7),
                kind("dual-boiler espresso machine", "espressomaskin med dubbla pannor", "Zweikreis-Espressomaschine", 1.6),
            ),
            ("steel", "snow", "charcoal", "red", "teal"), ("steel", "aluminium"),
            "Ready in six minutes, steady for the hundredth cup. The body is {material}.",
            ("grinders", "cups", "kettles"), (11, 12, 1), 1.2,
        ),
        Shelf(
            "grinders", Words("Coffee grinders", "Kaffekvarnar", "Kaffeemühlen"), (390, 4490),
            (
                kind("hand grinder", "handkvarn", "Handmühle", 0.5),
                kind("burr grinder", "kaffekvarn med malskivor", "Scheibenmühle", 1.1),
                kind("espresso grinder", "espressokvarn", "Espressomühle", 1.5),
            ),
            ("charcoal", "steel", "snow", "walnut", "red"), ("steel", "aluminium"),
            "Even from Turkish to French press, and quiet enough for early mornings. {Material} throughout.",
            ("espresso-machines", "cups", "kettles"), (11, 12, 1), 0.9,
        ),
        Shelf(
            "cups", Words("Cups & mugs", "Koppar & muggar", "Tassen & Becher"), (79, 349),
            (
                kind("espresso cup", "espressokopp", "Espressotasse", 0.6),
                kind("mug", "mugg", "Becher", 0.9),
                kind("cappuccino cup", "cappuccinokopp", "Cappuccinotasse", 1.0),
            ),
            ("snow", "sage", "clay", "navy", "ochre", "rose", "charcoal"), ("stoneware", "porcelain"),
            "Thick where the hand is, thin at the lip. {Material}, safe in the dishwasher.",
            ("espresso-machines", "kettles", "grinders"), (), 1.1, (2, 4, 4, 6),
        ),
        Shelf(
            "kettles", Words("Kettles", "Vattenkokare", "Wasserkessel"), (390, 1890),
            (
                kind("stovetop kettle", "visselkittel", "Flötenkessel", 0.8),
                kind("gooseneck kettle", "svanhalskanna", "Schwanenhalskessel", 1.2),
                kind("electric kettle", "vattenkokare", "Wasserkocher", 1.0),
            ),
            ("steel", "forest", "snow", "red", "charcoal", "sky"), ("steel",),
            "Pours without a drip and lets you know when it is time. Made of {material}.",
            ("cups", "grinders"), (10, 11, 12, 1, 2), 0.9,
        ),
        Shelf(
            "pans", Words("Pots & pans", "Grytor & pannor", "Töpfe & Pfannen"), (290, 2490),
            (
                kind("frying pan", "stekpanna", "Bratpfanne", 0.7),
                kind("casserole", "gryta", "Schmortopf", 1.4),
                kind("saucepan", "kastrull", "Stieltopf", 0.9),
            ),
            ("charcoal", "red", "teal", "ochre", "sage", "steel"), ("cast iron", "carbon steel", "steel"),
            "From the hob to the oven to the table. {Material} that keeps its heat and gets better with the years.",
            ("knives", "kettles"), (9, 10, 11, 12), 1.1,
        ),
        Shelf(
            "knives", Words("Kitchen knives", "Köksknivar", "Küchenmesser"), (249, 2290),
            (
                kind("chef's knife", "kockkniv", "Kochmesser", 1.2),
                kind("bread knife", "brödkniv", "Brotmesser", 0.9),
                kind("paring knife", "skalkniv", "Schälmesser", 0.5),
            ),
            ("walnut", "charcoal", "oak", "forest"), ("carbon steel", "steel"),
            "Ground thin, balanced at the bolster. The blade is {material}, the handle is oiled by hand.",
            ("pans",), (11, 12), 0.8, (1, 1, 2),
        ),
    ),
)  # fmt: skip
