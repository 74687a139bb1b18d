"""Markdown to safe HTML: the one place where what people typed stops being hostile."""

from chat.rendering.excerpts import excerpt
from chat.rendering.mentions import Person, mention_candidates
from chat.rendering.messages import Rendered, render
from chat.rendering.wire import clean_text

__all__ = ["Person", "Rendered", "clean_text", "excerpt", "mention_candidates", "render"]
