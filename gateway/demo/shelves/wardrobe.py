"""The wardrobe."""

from gateway.demo.shelves.shelf import Brand, Department, Shelf, Words, kind

DEPARTMENT = Department(
    "wardrobe",
    Words("Wardrobe", "Garderob", "Garderobe"),
    (
        Brand("Garnverk", 1.1, "Garnverk spins, dyes and knits under one roof."),
        Brand("Västerly", 1.0, "Västerly dresses people who cycle to the harbour."),
        Brand("Havsluft", 0.82, "Havsluft does five colours a year and no more."),
        Brand("Skogsmyra", 1.35, "Skogsmyra sews for the forest and is worn in town."),
        Brand("Tråd & Twist", 1.5, "Tråd & Twist repairs for life."),
    ),
    (
        Shelf(
            "jackets", Words("Jackets", "Jackor", "Jacken"), (890, 4990),
            (
                kind("rain jacket", "regnjacka", "Regenjacke", 0.9),
                kind("parka", "parkas", "Parka", 1.4),
                kind("quilted jacket", "quiltad jacka", "Steppjacke", 1.0),
            ),
            ("navy", "forest", "ochre", "charcoal", "rust", "sand"), ("waxed cotton", "recycled polyester", "ripstop nylon"),
            "Keeps the weather where it belongs. {Material}, two-way zip, pockets one can find with gloves on.",
            ("sweaters", "beanies", "boots", "trousers"), (9, 10, 11, 12, 1), 1.3,
        ),
        Shelf(
            "sweaters", Words("Sweaters", "Tröjor", "Pullover"), (490, 2290),
            (
                kind("crew-neck sweater", "rundhalsad tröja", "Rundhalspullover", 0.9),
                kind("roll-neck sweater", "polotröja", "Rollkragenpullover", 1.1),
                kind("fisherman's sweater", "fiskartröja", "Fischerpullover", 1.3),
            ),
            ("navy", "snow", "clay", "sage", "ochre", "charcoal", "plum"), ("wool", "merino", "cotton"),
            "Warm without a fuss, and better after the third winter. Knitted from {material}.",
            ("trousers", "jackets", "beanies", "socks"), (9, 10, 11, 12, 1, 2), 1.3,
        ),
        Shelf(
            "trousers", Words("Trousers", "Byxor", "Hosen"), (490, 1890),
            (
                kind("chinos", "chinos", "Chinos", 0.9),
                kind("work trousers", "arbetsbyxor", "Arbeitshose", 1.1),
                kind("wide trousers", "vida byxor", "weite Hose", 1.0),
            ),
            ("navy", "sand", "olive", "charcoal", "rust"), ("cotton", "linen", "wool"),
            "Cut to be sat in, walked in and knelt in. {Material}, double-stitched where it matters.",
            ("sweaters", "socks", "boots"), (3, 4, 8, 9),
        ),
        Shelf(
            "beanies", Words("Beanies", "Mössor", "Mützen"), (190, 690),
            (
                kind("ribbed beanie", "ribbstickad mössa", "Rippstrickmütze", 0.9),
                kind("bobble beanie", "toppluva", "Bommelmütze", 1.0),
                kind("fisherman beanie", "fiskarmössa", "Fischermütze", 0.8),
            ),
            ("ochre", "navy", "red", "fog", "forest", "rose", "charcoal"), ("wool", "merino", "cotton"),
            "Covers the ears and stays on in the wind. {Material}, spun not to itch.",
            ("jackets", "sweaters", "socks"), (10, 11, 12, 1, 2), 0.9, (1, 1, 2),
        ),
        Shelf(
            "boots", Words("Boots", "Kängor", "Stiefel"), (990, 3490),
            (
                kind("chelsea boots", "chelseaboots", "Chelsea-Boots", 1.0),
                kind("hiking boots", "vandringskängor", "Wanderstiefel", 1.2),
                kind("rain boots", "gummistövlar", "Gummistiefel", 0.6),
            ),
            ("walnut", "charcoal", "forest", "oak", "navy"), ("leather", "recycled plastic"),
            "Broken in from the first day. {Material} over a sole that can be replaced.",
            ("socks", "trousers", "jackets"), (9, 10, 11, 4), 1.1,
        ),
        Shelf(
            "socks", Words("Socks", "Strumpor", "Socken"), (69, 249),
            (
                kind("everyday socks", "vardagsstrumpor", "Alltagssocken", 0.8),
                kind("hiking socks", "vandringsstrumpor", "Wandersocken", 1.2),
                kind("striped socks", "randiga strumpor", "gestreifte Socken", 0.9),
            ),
            ("navy", "ochre", "sage", "rust", "fog", "plum", "forest"), ("merino", "wool", "cotton"),
            "Flat seams, a heel that stays, {material} that does not mind a second day.",
            ("boots", "trousers", "sweaters"), (10, 11, 12, 1), 1.0, (2, 3, 3, 5),
        ),
    ),
)  # fmt: skip
