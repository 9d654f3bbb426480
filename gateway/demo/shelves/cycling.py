"""The cycling department."""

from gateway.demo.shelves.shelf import Brand, Department, Shelf, Words, kind

DEPARTMENT = Department(
    "cycling",
    Words("Cycling", "Cykel", "Fahrrad"),
    (
        Brand("Trampa", 0.8, "Trampa gets you there, and back."),
        Brand("Kedjeverket", 1.0, "Kedjeverket began with chains and never quite stopped."),
        Brand("Fram Cykler", 1.3, "Fram Cykler brazes its frames by the canal."),
        Brand("Ekerhjul", 1.1, "Ekerhjul trues every wheel by ear."),
        Brand("Ratio Works", 1.5, "Ratio Works leaves nothing on a bicycle that could be left off."),
    ),
    (
        Shelf(
            "bicycles", Words("Bicycles", "Cyklar", "Fahrräder"), (3990, 18900),
            (
                kind("city bicycle", "stadscykel", "Stadtrad", 0.8),
                kind("touring bicycle", "långfärdscykel", "Reiserad", 1.4),
                kind("step-through bicycle", "cykel med lågt insteg", "Tiefeinsteiger", 0.9),
            ),
            ("forest", "sky", "red", "charcoal", "ochre", "snow"), ("steel", "aluminium"),
            "Upright, quick and quiet. The frame is {material}, the gears are in the hub, the chain is under cover.",
            ("helmets", "bike-locks", "bike-lights", "panniers"), (3, 4, 5, 6, 8), 1.0,
        ),
        Shelf(
            "helmets", Words("Helmets", "Hjälmar", "Helme"), (390, 1790),
            (
                kind("city helmet", "stadshjälm", "Stadthelm", 0.9),
                kind("road helmet", "landsvägshjälm", "Rennradhelm", 1.3),
                kind("helmet with visor", "hjälm med visir", "Helm mit Visier", 1.2),
            ),
            ("snow", "charcoal", "sage", "navy", "clay", "ochre"), ("recycled plastic",),
            "Light enough to forget, tested until it broke. Shell of {material}, magnetic buckle.",
            ("bicycles", "bike-lights", "bike-locks"), (3, 4, 5, 8), 1.0,
        ),
        Shelf(
            "bike-lights", Words("Bike lights", "Cykellampor", "Fahrradlichter"), (149, 990),
            (
                kind("front light", "framlampa", "Frontlicht", 1.1),
                kind("rear light", "baklampa", "Rücklicht", 0.8),
                kind("light set", "lampset", "Lichtset", 1.4),
            ),
            ("charcoal", "steel", "red", "brass", "snow"), ("aluminium", "recycled plastic"),
            "To see and to be seen, a week on one charge. Body of {material}.",
            ("bike-locks", "helmets", "panniers"), (9, 10, 11, 12), 1.0, (1, 1, 2),
        ),
        Shelf(
            "panniers", Words("Panniers & bags", "Cykelväskor", "Fahrradtaschen"), (490, 1990),
            (
                kind("pannier", "packväska", "Gepäckträgertasche", 1.0),
                kind("handlebar bag", "styrväska", "Lenkertasche", 0.8),
                kind("roll-top pannier", "packväska med rulltopp", "Rolltop-Tasche", 1.2),
            ),
            ("navy", "ochre", "forest", "charcoal", "clay", "sage"), ("waxed cotton", "recycled polyester"),
            "One click on, one click off, dry inside. {Material} with welded seams.",
            ("bicycles", "bike-locks", "bike-lights"), (3, 4, 5, 6, 7), 0.9, (1, 2),
        ),
        Shelf(
            "bike-locks", Words("Bike locks", "Cykellås", "Fahrradschlösser"), (249, 1490),
            (
                kind("U-lock", "bygellås", "Bügelschloss", 1.0),
                kind("chain lock", "kedjelås", "Kettenschloss", 1.2),
                kind("folding lock", "vikbart lås", "Faltschloss", 1.3),
            ),
            ("charcoal", "teal", "red", "ochre", "fog"), ("steel",),
            "Bores thieves. Hardened {material} in a soft sleeve that spares the paint.",
            ("bicycles", "bike-lights", "helmets"), (3, 4, 5, 8), 0.9,
        ),
        Shelf(
            "pumps", Words("Pumps & tools", "Pumpar & verktyg", "Pumpen & Werkzeug"), (149, 990),
            (
                kind("floor pump", "fotpump", "Standpumpe", 1.2),
                kind("mini pump", "minipump", "Minipumpe", 0.7),
                kind("frame pump", "rampump", "Rahmenpumpe", 0.9),
            ),
            ("steel", "red", "charcoal", "sky", "oak"), ("steel", "aluminium"),
            "Fifty strokes to a firm tyre, and a gauge one can read. {Material} and a wooden handle.",
            ("bicycles", "panniers", "bike-lights"), (3, 4, 5), 0.7,
        ),
    ),
)  # fmt: skip
