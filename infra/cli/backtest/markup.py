"""HTML and SVG as text. What comes from a file goes through `words`; attributes are always escaped."""

from html import escape

VOID = frozenset({"line", "circle", "rect", "path", "meta", "link"})


def words(text: object) -> str:
    return escape(str(text), quote=True)


def tag(name: str, /, *inside: str, **attributes: object) -> str:
    """`inside` is markup already. A trailing underscore is dropped, others become hyphens: class_, stroke_width."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{words(_shown(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{told}/>" if name in VOID else f"<{name}{told}>{''.join(inside)}</{name}>"


def _shown(value: object) -> object:
    """Coordinates to a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value
