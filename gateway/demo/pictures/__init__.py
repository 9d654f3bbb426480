"""Drawn pictures of the example shop's products: a flat drawing a shelf, in the product's colour."""

from collections.abc import Callable

from gateway.demo.pictures import bedroom, camp, cycling, kitchen, living, wardrobe, workspace
from gateway.demo.pictures.brush import Paint
from gateway.demo.product import Item
from gateway.demo.shelves.palette import COLOURS

DRAWINGS: dict[str, Callable[[Paint], str]] = {
    "tents": camp.tent,
    "sleeping-bags": camp.sleeping_bag,
    "sleeping-mats": camp.sleeping_mat,
    "stoves": camp.stove,
    "backpacks": camp.backpack,
    "headlamps": camp.headlamp,
    "espresso-machines": kitchen.espresso_machine,
    "grinders": kitchen.grinder,
    "cups": kitchen.cup,
    "kettles": kitchen.kettle,
    "pans": kitchen.pan,
    "knives": kitchen.knife,
    "desks": workspace.desk,
    "office-chairs": workspace.office_chair,
    "desk-lamps": workspace.desk_lamp,
    "keyboards": workspace.keyboard,
    "notebooks": workspace.notebook,
    "bookcases": workspace.bookcase,
    "sofas": living.sofa,
    "armchairs": living.armchair,
    "coffee-tables": living.coffee_table,
    "floor-lamps": living.floor_lamp,
    "rugs": living.rug,
    "vases": living.vase,
    "beds": bedroom.bed,
    "bedside-tables": bedroom.bedside_table,
    "bed-linen": bedroom.bed_linen,
    "pillows": bedroom.pillow,
    "throws": bedroom.throw,
    "alarm-clocks": bedroom.alarm_clock,
    "jackets": wardrobe.jacket,
    "sweaters": wardrobe.sweater,
    "trousers": wardrobe.trousers,
    "beanies": wardrobe.beanie,
    "boots": wardrobe.boots,
    "socks": wardrobe.socks,
    "bicycles": cycling.bicycle,
    "helmets": cycling.helmet,
    "bike-lights": cycling.bike_light,
    "panniers": cycling.pannier,
    "bike-locks": cycling.bike_lock,
    "pumps": cycling.pump,
}

_PAPER = "#efebe4"


def draw(item: Item) -> str:
    """The picture of a product, a whole SVG document."""
    return draw_shelf(item.shelf_id, item.colour, item.kind)


def draw_shelf(shelf_id: str, colour: str, kind: int) -> str:
    """The picture of what a shelf holds, in one of its kinds and a colour of the palette."""
    inner = DRAWINGS[shelf_id](Paint.of(COLOURS[colour].hexadecimal, kind))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" width="800" height="800">'
        f'<rect width="400" height="400" fill="{_PAPER}"/>{inner}</svg>\n'
    )
