"""A picture as a machine reads it: well-formed, with its places as numbers."""

import re
from xml.etree import ElementTree as ET

from gateway.console.charts.svg import WIDTH, Picture

NS = "{http://www.w3.org/2000/svg}"


def drawn(picture: Picture) -> ET.Element:
    """The picture's tree, once it was looked at: named for screen readers, with a table, and nothing that is no number or lies outside."""
    root = ET.fromstring(str(picture.svg))
    ids = root.get("aria-labelledby", "").split()
    said = {each.get("id"): each.text for each in root.iter() if each.get("id")}
    assert [said.get(each) for each in ids] == [picture.title, picture.description]
    assert root.get("role") == "img"
    assert all(len(row) == len(picture.head) for row in picture.rows)
    text = str(picture.svg)
    assert not re.search(r"\b(?:nan|inf|None)\b", text, re.IGNORECASE)
    assert " style=" not in text  # the pages allow no styles within
    height = float(root.get("viewBox").split()[3])
    for x, y in places(root):
        assert -1 <= x <= WIDTH + 1, (x, y)
        assert -1 <= y <= height + 1, (x, y)
    return root


def places(root: ET.Element) -> list[tuple[float, float]]:
    """Every point at which something is."""
    found = []
    for each in root.iter():
        if each.tag == f"{NS}path" and "hatch" not in each.get("class", ""):
            found += [tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+) (-?[\d.]+)", each.get("d", ""))]
        for x, y in (("x", "y"), ("x1", "y1"), ("x2", "y2"), ("cx", "cy")):
            if each.tag not in (f"{NS}pattern", f"{NS}circle") and each.get(x) is not None and each.get(y) is not None:
                found.append((float(each.get(x)), float(each.get(y))))
    return found


def of_class(root: ET.Element, class_: str) -> list[ET.Element]:
    return [each for each in root.iter() if class_ in each.get("class", "").split()]


def texts(root: ET.Element) -> list[str]:
    return [each.text for each in root.iter(f"{NS}text")]
