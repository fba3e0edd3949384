"""The same console as for cases."""

from tests.central.county.casework.pages.conftest import centre, lasting_ground, office

__all__ = ["centre", "lasting_ground", "office"]
