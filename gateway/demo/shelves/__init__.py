"""What the example shop sells, told shelf by shelf: every department is a file, every category a `Shelf`."""

from gateway.demo.shelves import bedroom, camp, cycling, kitchen, living, wardrobe, workspace
from gateway.demo.shelves.shelf import Department, Shelf

DEPARTMENTS: tuple[Department, ...] = (
    living.DEPARTMENT,
    kitchen.DEPARTMENT,
    bedroom.DEPARTMENT,
    workspace.DEPARTMENT,
    wardrobe.DEPARTMENT,
    camp.DEPARTMENT,
    cycling.DEPARTMENT,
)

SHELVES: dict[str, Shelf] = {shelf.shelf_id: shelf for department in DEPARTMENTS for shelf in department.shelves}

__all__ = ["DEPARTMENTS", "SHELVES", "Department", "Shelf"]
