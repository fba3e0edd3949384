"""All pages of the catalogue, for the site that has them."""

from central.county.catalogue.pages import (
    browse,
    calendars,
    drafts,
    fee,
    form,
    history,
    item,
    preview,
    withdrawing,
)
from central.county.catalogue.pages.asking import edit as asking_edit
from central.county.catalogue.pages.charging import edit as charging_edit
from central.county.catalogue.pages.days import market_edit, overlay_edit
from central.county.catalogue.pages.editing import edit
from central.county.catalogue.pages.library import edit as library_edit
from central.county.catalogue.pages.library import listing as library_listing
from central.county.catalogue.pages.tables import exchange

ROUTES = (
    browse.routes,
    item.routes,
    form.routes,
    edit.routes,
    asking_edit.routes,
    charging_edit.routes,
    preview.routes,
    library_listing.routes,
    library_edit.routes,
    fee.routes,
    calendars.routes,
    overlay_edit.routes,
    market_edit.routes,
    drafts.routes,
    history.routes,
    exchange.routes,
    withdrawing.routes,
)
LONG_FORMS = {
    **edit.LONG_FORMS,
    **library_edit.LONG_FORMS,
    **overlay_edit.LONG_FORMS,
    **market_edit.LONG_FORMS,
}
FILE_FORMS = exchange.FILE_FORMS
