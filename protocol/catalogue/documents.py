"""JSON whose shape is its author's: what a county publishes, and what citizens fill in by it.

Everything else that goes from module to module has a type of its own.
"""

from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]  # a catalogue as in its file, or one entry of it
Schema = Mapping[str, Any]  # the JSON Schema of a form, or of a part of it
FormData = Mapping[str, Any]  # a form as it was filled in, or one object in it
