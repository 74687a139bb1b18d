"""The second wall: an allowlist over whatever the parser produced."""

import re

import nh3

_TAGS = frozenset(
    """
    p br hr a em strong s code pre figure figcaption span div blockquote ul ol li h3 h4 h5 h6
    table thead tbody tr th td
    """.split()  # noqa: SIM905
)

_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style"},
    attributes={"a": {"href", "title"}, "span": {"data-user"}, "ol": {"start"}},
    allowed_classes={
        "span": {"mention", "k", "s", "n", "f", "c"},
        "figure": {"code"},
        "div": {"table-scroll"},
    },
    tag_attribute_values={
        "figure": {"dir": {"ltr"}},
        "pre": {"tabindex": {"0"}},
        "div": {"tabindex": {"0"}},
        "th": {"align": {"left", "center", "right"}},
        "td": {"align": {"left", "center", "right"}},
    },
    set_tag_attribute_values={"a": {"target": "_blank"}},
    link_rel="noopener nofollow ugc",
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
)
# The sanitiser reads addresses more strictly than Markdown does, and leaves the link without one.
_DEAD_LINK = re.compile(r'<a (?:title="[^"]*" )?target=[^>]*>(.*?)</a>', re.DOTALL)


def sanitise(html: str) -> str:
    """Return the HTML reduced to the tags, attributes and addresses a message may hold."""
    clean = _CLEANER.clean(html)
    return _DEAD_LINK.sub(r"\1", clean) if "<a t" in clean else clean
