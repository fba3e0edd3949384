"""Items, their materials, and the entries of a release that they become."""

from protocol.catalogue.items.application import check_application, check_materials
from protocol.catalogue.items.divisions import is_division
from protocol.catalogue.items.entries import CheckedCatalogue, catalogue_entries, check_catalogue
from protocol.catalogue.items.materials import Group, LibraryMaterial, Material
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.names import (
    ABOUT,
    CALENDAR,
    LOCAL,
    MARKETS,
    MATERIAL,
    is_item,
    local_entry,
    material_entry,
)
from protocol.catalogue.items.release import (
    calendar_of,
    markets_of,
    narrowed_at,
    parse_item,
    read_item,
    read_release,
    stored_release,
    used_by,
)

__all__ = [
    "ABOUT",
    "CALENDAR",
    "LOCAL",
    "MARKETS",
    "MATERIAL",
    "CheckedCatalogue",
    "Group",
    "Item",
    "LibraryMaterial",
    "Material",
    "calendar_of",
    "catalogue_entries",
    "check_application",
    "check_catalogue",
    "check_materials",
    "is_division",
    "is_item",
    "local_entry",
    "markets_of",
    "material_entry",
    "narrowed_at",
    "parse_item",
    "read_item",
    "read_release",
    "stored_release",
    "used_by",
]
