"""The workspace department: a room to think in."""

from gateway.demo.shelves.shelf import Brand, Department, Shelf, Words, kind

DEPARTMENT = Department(
    "workspace",
    Words("Workspace", "Arbetsrum", "Arbeitszimmer"),
    (
        Brand("Linje", 0.8, "Linje sends everything flat, with one tool."),
        Brand("Arbetsro", 1.0, "Arbetsro makes furniture for people who sit still for a living."),
        Brand("Studio Halm", 1.4, "Studio Halm draws in pencil and builds in wood."),
        Brand("Kontor Nord", 1.1, "Kontor Nord furnishes libraries; yours may be next."),
        Brand("Papperby", 0.9, "Papperby has bound paper since there was a river to drive the mill."),
    ),
    (
        Shelf(
            "desks", Words("Desks", "Skrivbord", "Schreibtische"), (1290, 8900),
            (
                kind("writing desk", "skrivbord", "Schreibtisch", 0.8),
                kind("standing desk", "höj- och sänkbart skrivbord", "höhenverstellbarer Schreibtisch", 1.5),
                kind("desk with drawers", "skrivbord med lådor", "Schreibtisch mit Schubladen", 1.1),
            ),
            ("oak", "walnut", "birch", "snow", "charcoal"), ("oak", "birch ply", "walnut"),
            "Room for two elbows and an idea. The top is {material}, finished with hard wax oil.",
            ("office-chairs", "desk-lamps", "keyboards", "notebooks"), (1, 8, 9), 1.2,
        ),
        Shelf(
            "office-chairs", Words("Office chairs", "Kontorsstolar", "Bürostühle"), (990, 7900),
            (
                kind("task chair", "arbetsstol", "Arbeitsstuhl", 0.9),
                kind("high-back chair", "stol med hög rygg", "Stuhl mit hoher Lehne", 1.5),
                kind("active stool", "balansstol", "Aktivhocker", 0.7),
            ),
            ("charcoal", "teal", "ochre", "fog", "clay", "navy"), ("wool", "recycled polyester"),
            "Follows when you lean, holds when you do not. Upholstered in {material}.",
            ("desks", "desk-lamps"), (1, 8, 9), 1.1,
        ),
        Shelf(
            "desk-lamps", Words("Desk lamps", "Skrivbordslampor", "Schreibtischlampen"), (290, 2490),
            (
                kind("swing-arm lamp", "arkitektlampa", "Gelenkleuchte", 1.1),
                kind("mushroom lamp", "svamplampa", "Pilzleuchte", 0.9),
                kind("dome desk lamp", "bordslampa med kupa", "Kuppelleuchte", 1.0),
            ),
            ("brass", "charcoal", "snow", "forest", "red", "sky"), ("steel", "aluminium", "brass"),
            "Light where the page is and nowhere else; dims with one turn. Shade of {material}.",
            ("desks", "notebooks", "office-chairs"), (9, 10, 11, 12, 1),
        ),
        Shelf(
            "keyboards", Words("Keyboards", "Tangentbord", "Tastaturen"), (590, 2490),
            (
                kind("compact keyboard", "kompakt tangentbord", "kompakte Tastatur", 0.8),
                kind("full-size keyboard", "tangentbord i full storlek", "Tastatur in voller Größe", 1.0),
                kind("split keyboard", "delat tangentbord", "geteilte Tastatur", 1.4),
            ),
            ("snow", "charcoal", "sage", "navy", "rose"), ("aluminium", "recycled plastic"),
            "Low, quiet and precise, by cable or without. The case is {material}.",
            ("desks", "notebooks", "desk-lamps"), (8, 9, 11), 0.9,
        ),
        Shelf(
            "notebooks", Words("Notebooks", "Anteckningsböcker", "Notizbücher"), (69, 349),
            (
                kind("ruled notebook", "linjerad anteckningsbok", "liniertes Notizbuch", 0.8),
                kind("dotted notebook", "prickad anteckningsbok", "gepunktetes Notizbuch", 1.0),
                kind("sketchbook", "skissbok", "Skizzenbuch", 1.3),
            ),
            ("navy", "clay", "forest", "ochre", "rose", "charcoal", "plum"), ("paper",),
            "Opens flat, takes ink well: {material}, sewn and not glued.",
            ("desk-lamps", "keyboards", "desks"), (1, 8, 9), 0.9, (1, 2, 3),
        ),
        Shelf(
            "bookcases", Words("Bookcases", "Bokhyllor", "Bücherregale"), (790, 6490),
            (
                kind("open bookcase", "öppen bokhylla", "offenes Regal", 1.0),
                kind("low bookcase", "låg bokhylla", "Sideboardregal", 0.8),
                kind("ladder shelf", "steghylla", "Leiterregal", 0.7),
            ),
            ("oak", "walnut", "birch", "snow", "sage"), ("oak", "birch ply", "walnut"),
            "Holds atlases without bending. Shelves of {material}, joined without a visible screw.",
            ("desks", "vases", "notebooks"), (1, 8, 9, 10), 0.9,
        ),
    ),
)  # fmt: skip
