"""What a text says however it is written, and whether it holds one of many words. Knows no rows and no people."""

from chat.screening.matching import Matcher, checked_pattern
from chat.screening.normalising import normalise, readings
from chat.screening.visible import holds_link, readings_of_message

__all__ = ["Matcher", "checked_pattern", "holds_link", "normalise", "readings", "readings_of_message"]
