"""The camp department: nights outdoors."""

from gateway.demo.shelves.shelf import Brand, Department, Shelf, Words, kind

_SHELL = ("recycled polyester", "ripstop nylon")

DEPARTMENT = Department(
    "camp",
    Words("Camp", "Friluftsliv", "Camping"),
    (
        Brand("Nordhäll", 1.25, "Nordhäll sews for weather that changes its mind."),
        Brand("Tarnfell", 1.0, "Tarnfell has mended everything it ever sold, free of charge."),
        Brand("Skarvik", 0.78, "Skarvik keeps it simple, and light on the wallet."),
        Brand("Lodge & Pine", 1.1, "Lodge & Pine thinks camp should feel like home."),
        Brand("Vittra", 1.5, "Vittra counts every gram so that you need not."),
    ),
    (
        Shelf(
            "tents", Words("Tents", "Tält", "Zelte"), (1490, 6490),
            (
                kind("dome tent", "kupoltält", "Kuppelzelt", 0.8),
                kind("tunnel tent", "tunneltält", "Tunnelzelt", 1.2),
                kind("ridge tent", "ryggåstält", "Firstzelt", 0.9),
            ),
            ("sage", "forest", "ochre", "rust", "sand", "navy"), _SHELL,
            "Pitches in minutes and stands through a night of wind. The fly is {material}, the floor is taped.",
            ("sleeping-bags", "sleeping-mats", "stoves", "headlamps"), (5, 6, 7, 8), 1.2,
        ),
        Shelf(
            "sleeping-bags", Words("Sleeping bags", "Sovsäckar", "Schlafsäcke"), (690, 3990),
            (
                kind("summer sleeping bag", "sommarsovsäck", "Sommerschlafsack", 0.7),
                kind("three-season sleeping bag", "tresäsongssovsäck", "Dreijahreszeiten-Schlafsack", 1.1),
                kind("winter sleeping bag", "vintersovsäck", "Winterschlafsack", 1.6),
            ),
            ("navy", "rust", "forest", "ochre", "plum"), ("down", "recycled polyester"),
            "A hood that closes, a zip that does not snag, and {material} where the cold comes in.",
            ("sleeping-mats", "tents", "backpacks"), (5, 6, 7, 8, 9),
        ),
        Shelf(
            "sleeping-mats", Words("Sleeping mats", "Liggunderlag", "Isomatten"), (290, 1990),
            (
                kind("foam mat", "skumunderlag", "Schaumstoffmatte", 0.5),
                kind("self-inflating mat", "självuppblåsande underlag", "selbstaufblasende Matte", 1.0),
                kind("air mat", "luftmadrass", "Luftmatte", 1.4),
            ),
            ("teal", "ochre", "charcoal", "sage", "clay"), _SHELL,
            "Rolls up smaller than a loaf of bread. {Material} on both sides, no slipping.",
            ("sleeping-bags", "tents"), (5, 6, 7, 8), 0.8,
        ),
        Shelf(
            "stoves", Words("Camping stoves", "Friluftskök", "Campingkocher"), (349, 1890),
            (
                kind("gas stove", "gasolkök", "Gaskocher", 0.8),
                kind("storm kitchen", "stormkök", "Sturmkocher", 1.2),
                kind("wood stove", "vedkök", "Holzkocher", 0.9),
            ),
            ("steel", "red", "charcoal", "forest"), ("steel", "aluminium"),
            "Boils a litre before you have found the coffee. Made of {material}.",
            ("tents", "cups", "headlamps"), (4, 5, 6, 7, 8, 9), 0.9,
        ),
        Shelf(
            "backpacks", Words("Backpacks", "Ryggsäckar", "Rucksäcke"), (590, 2990),
            (
                kind("20-litre day pack", "dagsryggsäck 20 l", "Tagesrucksack 20 l", 0.6),
                kind("35-litre pack", "ryggsäck 35 l", "Rucksack 35 l", 1.0),
                kind("60-litre trekking pack", "vandringsryggsäck 60 l", "Trekkingrucksack 60 l", 1.5),
            ),
            ("forest", "navy", "ochre", "clay", "charcoal", "sand"), ("waxed cotton", "ripstop nylon", "recycled polyester"),
            "Carries close to the back, with a lid pocket for what you always look for. {Material}.",
            ("headlamps", "sleeping-bags", "boots", "socks"), (4, 5, 6, 7, 8), 1.3,
        ),
        Shelf(
            "headlamps", Words("Headlamps", "Pannlampor", "Stirnlampen"), (199, 1190),
            (
                kind("compact headlamp", "kompakt pannlampa", "kompakte Stirnlampe", 0.7),
                kind("rechargeable headlamp", "laddbar pannlampa", "wiederaufladbare Stirnlampe", 1.1),
                kind("trail headlamp", "löparpannlampa", "Lauf-Stirnlampe", 1.4),
            ),
            ("charcoal", "red", "teal", "ochre", "snow"), ("aluminium", "recycled plastic"),
            "A warm near beam for the map and a far one for the trail. Housing of {material}.",
            ("backpacks", "tents", "stoves"), (9, 10, 11, 12, 1), 0.8,
        ),
    ),
)  # fmt: skip
