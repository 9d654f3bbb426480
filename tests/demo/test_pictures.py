"""The drawn pictures: one for every product, whole, safe, and telling its colour."""

import re
from xml.etree.ElementTree import fromstring

import pytest

from gateway.demo.catalog import build_catalog
from gateway.demo.pictures import DRAWINGS, draw, draw_shelf
from gateway.demo.shelves import SHELVES
from gateway.demo.shelves.palette import COLOURS

SVG = "{http://www.w3.org/2000/svg}"
PLAIN = {SVG + tag for tag in ("svg", "g", "rect", "circle", "ellipse", "path")}


def test_every_shelf_has_its_drawing():
    assert DRAWINGS.keys() == SHELVES.keys()


@pytest.mark.parametrize("shelf_id", SHELVES)
def test_a_picture_is_whole_and_holds_nothing_but_shapes(shelf_id):
    for kind in range(3):
        for colour in SHELVES[shelf_id].colours:
            picture = fromstring(draw_shelf(shelf_id, colour, kind))
            assert {node.tag for node in picture.iter()} <= PLAIN
            assert len(list(picture.iter())) > 5
            assert not [
                value for node in picture.iter() for value in node.attrib.values() if re.search(r"nan|None|script|url", value)
            ]


@pytest.mark.parametrize("shelf_id", SHELVES)
def test_the_kinds_and_the_colours_of_a_shelf_look_different(shelf_id):
    colours = SHELVES[shelf_id].colours
    assert len({draw_shelf(shelf_id, colour, kind) for kind in range(3) for colour in colours}) == 3 * len(colours)
    for kind in range(3):
        assert COLOURS[colours[0]].hexadecimal in draw_shelf(shelf_id, colours[0], kind)


def test_every_product_can_be_drawn():
    for item in build_catalog(420).items:
        assert draw(item).startswith("<svg")
