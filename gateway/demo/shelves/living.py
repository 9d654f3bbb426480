"""The living room."""

from gateway.demo.shelves.shelf import Brand, Department, Shelf, Words, kind

DEPARTMENT = Department(
    "living",
    Words("Living room", "Vardagsrum", "Wohnzimmer"),
    (
        Brand("Hemvist", 0.8, "Hemvist furnishes first homes and second thoughts."),
        Brand("Atelier Ost", 1.5, "Atelier Ost numbers every piece and signs the first hundred."),
        Brand("Sandvall", 1.0, "Sandvall has its own sheep and its own forest."),
        Brand("Lundkvist", 1.2, "Lundkvist reupholsters what it made forty years ago."),
        Brand("Mossa", 0.95, "Mossa makes small things for large windowsills."),
    ),
    (
        Shelf(
            "sofas", Words("Sofas", "Soffor", "Sofas"), (4990, 24900),
            (
                kind("two-seat sofa", "tvåsitssoffa", "Zweisitzer-Sofa", 0.8),
                kind("three-seat sofa", "tresitssoffa", "Dreisitzer-Sofa", 1.1),
                kind("chaise sofa", "divansoffa", "Sofa mit Recamiere", 1.4),
            ),
            ("sage", "clay", "navy", "sand", "fog", "ochre", "forest"), ("wool", "linen", "cotton"),
            "Deep enough for a nap, firm enough for a talk. Removable covers of {material}.",
            ("coffee-tables", "rugs", "floor-lamps", "throws"), (1, 9, 10), 1.2,
        ),
        Shelf(
            "armchairs", Words("Armchairs", "Fåtöljer", "Sessel"), (1990, 11900),
            (
                kind("lounge chair", "loungefåtölj", "Lounge-Sessel", 1.1),
                kind("wingback chair", "öronlappsfåtölj", "Ohrensessel", 1.3),
                kind("tub chair", "rund fåtölj", "Cocktailsessel", 0.8),
            ),
            ("ochre", "forest", "rust", "fog", "navy", "rose", "sand"), ("wool", "leather", "linen"),
            "The chair that ends up with a name. {Material} over a frame of beech.",
            ("floor-lamps", "rugs", "throws"), (1, 9, 10, 11),
        ),
        Shelf(
            "coffee-tables", Words("Coffee tables", "Soffbord", "Couchtische"), (790, 5990),
            (
                kind("round coffee table", "runt soffbord", "runder Couchtisch", 0.9),
                kind("rectangular coffee table", "rektangulärt soffbord", "rechteckiger Couchtisch", 1.1),
                kind("nesting tables", "satsbord", "Satztische", 1.0),
            ),
            ("oak", "walnut", "charcoal", "birch", "snow"), ("oak", "walnut", "birch ply"),
            "Low, rounded, and kind to shins. {Material} from forests we have walked in.",
            ("sofas", "rugs", "vases"), (1, 9, 10), 0.9,
        ),
        Shelf(
            "floor-lamps", Words("Floor lamps", "Golvlampor", "Stehleuchten"), (590, 4490),
            (
                kind("arc lamp", "båglampa", "Bogenleuchte", 1.4),
                kind("tripod lamp", "trebenslampa", "Dreibeinleuchte", 1.1),
                kind("reading lamp", "läslampa", "Leseleuchte", 0.8),
            ),
            ("brass", "charcoal", "snow", "forest", "clay"), ("brass", "steel", "aluminium"),
            "A pool of light beside the good chair. Stem of {material}, woven cord, a dimmer for the foot.",
            ("armchairs", "sofas"), (9, 10, 11, 12, 1),
        ),
        Shelf(
            "rugs", Words("Rugs", "Mattor", "Teppiche"), (590, 6990),
            (
                kind("flat-weave rug", "slätvävd matta", "Flachgewebe-Teppich", 0.9),
                kind("tufted rug", "tuftad matta", "getufteter Teppich", 1.3),
                kind("round rug", "rund matta", "runder Teppich", 0.8),
            ),
            ("sand", "clay", "navy", "sage", "plum", "ochre", "fog"), ("wool", "cotton"),
            "Woven slowly, in {material}, with an edge that stays where it is.",
            ("sofas", "coffee-tables", "armchairs"), (1, 9, 10, 11), 1.0,
        ),
        Shelf(
            "vases", Words("Vases", "Vaser", "Vasen"), (149, 1290),
            (
                kind("bud vase", "liten vas", "Knospenvase", 0.5),
                kind("bottle vase", "flaskvas", "Flaschenvase", 0.9),
                kind("round vase", "rund vas", "Kugelvase", 1.2),
            ),
            ("snow", "clay", "sky", "forest", "ochre", "rose", "charcoal"), ("stoneware", "glass", "porcelain"),
            "Good with one branch, better with none. {Material}, watertight.",
            ("coffee-tables", "bookcases", "bedside-tables"), (2, 3, 4, 5, 12), 0.9, (1, 1, 2, 3),
        ),
    ),
)  # fmt: skip
