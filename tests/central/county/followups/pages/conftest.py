"""The same console as for cases."""

from tests.central.county.casework.pages.conftest import centre, office, pages_ground

__all__ = ["centre", "office", "pages_ground"]
