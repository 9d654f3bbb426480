"""The colours and materials of the shop, and what they are called."""

from dataclasses import dataclass

from gateway.demo.shelves.shelf import Words


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour as it is drawn and as it is called."""

    hexadecimal: str
    name: Words


COLOURS: dict[str, Colour] = {
    "charcoal": Colour("#3d4247", Words("charcoal", "kolgrå", "anthrazit")),
    "fog": Colour("#aab2b8", Words("fog grey", "dimgrå", "nebelgrau")),
    "snow": Colour("#f8f6f2", Words("off-white", "bruten vit", "naturweiß")),
    "sand": Colour("#d3bd98", Words("sand", "sand", "sand")),
    "clay": Colour("#bf7357", Words("terracotta", "terrakotta", "terrakotta")),
    "rust": Colour("#a3492d", Words("rust", "rost", "rost")),
    "ochre": Colour("#d49a35", Words("ochre", "ockra", "ocker")),
    "olive": Colour("#7c7a45", Words("olive", "oliv", "oliv")),
    "sage": Colour("#93a78c", Words("sage", "salvia", "salbei")),
    "forest": Colour("#35594a", Words("forest green", "skogsgrön", "waldgrün")),
    "teal": Colour("#2f7d82", Words("teal", "petrol", "petrol")),
    "sky": Colour("#8bb4cf", Words("sky blue", "himmelsblå", "himmelblau")),
    "navy": Colour("#2c4165", Words("navy", "marinblå", "marineblau")),
    "plum": Colour("#6f4560", Words("plum", "plommon", "pflaume")),
    "rose": Colour("#d6a19b", Words("dusty pink", "gammelrosa", "altrosa")),
    "red": Colour("#b93a3a", Words("barn red", "faluröd", "schwedenrot")),
    "oak": Colour("#c79a64", Words("oak", "ek", "eiche")),
    "walnut": Colour("#7d5438", Words("walnut", "valnöt", "nussbaum")),
    "birch": Colour("#e0c79e", Words("birch", "björk", "birke")),
    "steel": Colour("#9aa3a9", Words("brushed steel", "borstat stål", "edelstahl")),
    "brass": Colour("#c2a04f", Words("brass", "mässing", "messing")),
}

MATERIALS: dict[str, Words] = {
    "recycled polyester": Words("recycled polyester", "återvunnen polyester", "recyceltem Polyester"),
    "ripstop nylon": Words("ripstop nylon", "ripstop-nylon", "Ripstop-Nylon"),
    "waxed cotton": Words("waxed cotton", "vaxad bomull", "gewachster Baumwolle"),
    "cotton": Words("organic cotton", "ekologisk bomull", "Bio-Baumwolle"),
    "linen": Words("washed linen", "tvättat linne", "gewaschenem Leinen"),
    "wool": Words("wool", "ull", "Wolle"),
    "merino": Words("merino wool", "merinoull", "Merinowolle"),
    "down": Words("responsible down", "ansvarsfullt dun", "Daunen"),
    "leather": Words("vegetable-tanned leather", "vegetabiliskt garvat läder", "pflanzlich gegerbtem Leder"),
    "aluminium": Words("anodised aluminium", "eloxerad aluminium", "eloxiertem Aluminium"),
    "steel": Words("stainless steel", "rostfritt stål", "Edelstahl"),
    "carbon steel": Words("carbon steel", "kolstål", "Kohlenstoffstahl"),
    "cast iron": Words("cast iron", "gjutjärn", "Gusseisen"),
    "brass": Words("solid brass", "massiv mässing", "massivem Messing"),
    "stoneware": Words("stoneware", "stengods", "Steinzeug"),
    "porcelain": Words("porcelain", "porslin", "Porzellan"),
    "glass": Words("mouth-blown glass", "munblåst glas", "mundgeblasenem Glas"),
    "oak": Words("solid oak", "massiv ek", "massiver Eiche"),
    "birch ply": Words("birch plywood", "björkplywood", "Birkensperrholz"),
    "walnut": Words("walnut", "valnöt", "Nussbaum"),
    "recycled plastic": Words("recycled plastic", "återvunnen plast", "recyceltem Kunststoff"),
    "paper": Words("uncoated paper", "obestruket papper", "ungestrichenem Papier"),
}
