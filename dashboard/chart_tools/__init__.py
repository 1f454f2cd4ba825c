"""The buttons under a chart that work in the browser alone: pictures, link, embedding.

``chart_tools.js`` does the work by delegation: it is part of the one script that the server sends
with the page (``dashboard.web.shell``). Components of Streamlit were not taken: the content policy
refuses their inline code, their files need a distribution that is named like its package, and each
chart of a page would load one.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Sequence
from pathlib import Path

from dashboard.texts import text
from dashboard.theme import Mode, palette

SCRIPT = Path(__file__).parent / "chart_tools.js"
# What the script says or writes, besides the labels of the buttons.
WORDS = ("link_copied", "code_copied", "not_copied", "no_picture", "picture_saved")


def buttons(
    key: str,
    *,
    title: str,
    subtitle: str,
    sources: Sequence[str],
    mode: Mode,
    is_drawn: bool = True,
    picture: str | None = None,
) -> str:
    """The buttons as HTML, with all that the script needs to know of the chart.

    Args:
        key: Of the block.
        title: Above the chart in a picture.
        subtitle: Unit and scope, under the title.
        sources: Under the chart.
        mode: That of the screen; pictures are light.
        is_drawn: Whether there is a chart to make pictures of.
        picture: SVG to take instead of a Plotly chart.
    """
    cited = text("format.between").join(sources)
    known = {
        "key": key,
        "title": title,
        "subtitle": subtitle,
        "source": text("tools.source", sources=cited) if cited else "",
        "words": json.dumps({name: text(f"tools.{name}") for name in WORDS}, ensure_ascii=False),
        "colours": json.dumps(_for_paper(mode)),
        "picture": base64.b64encode(picture.encode()).decode() if picture else "",
    }
    attributes = " ".join(f'data-{name}="{html.escape(value)}"' for name, value in known.items())
    code = html.escape(f"code-{key}")
    pictures = (
        _button("png", text("tools.png"), text("tools.png_of"))
        + _button("svg", text("tools.svg"), text("tools.svg_of"))
        if is_drawn
        else ""
    )
    return (
        f'<div class="chart-tools" {attributes}>'
        + pictures
        + _button("link", text("tools.link"))
        + f'<button type="button" data-do="embed" aria-expanded="false" aria-controls="{code}">'
        f"{html.escape(text('tools.embed'))}</button>"
        '<span class="said" role="status"></span>'
        f'<div class="embed-code" id="{code}" hidden><label>'
        f"<span>{html.escape(text('tools.embed_code'))}</span>"
        '<textarea readonly rows="3" spellcheck="false"></textarea></label>'
        + _button("code", text("tools.copy_code"))
        + "</div></div>"
    )


def _button(does: str, label: str, about: str = "") -> str:
    spoken = f' aria-label="{html.escape(about)}"' if about else ""
    return f'<button type="button" data-do="{does}"{spoken}>{html.escape(label)}</button>'


def _for_paper(mode: Mode) -> dict[str, str]:
    """The colours of the light mode by those of the screen; empty if they are the same."""
    if mode == "light":
        return {}
    screen, paper = palette(mode), palette("light")
    pairs = [
        *zip(screen.series, paper.series, strict=True),
        (screen.text, paper.text),
        (screen.background, paper.background),
        (screen.muted, paper.muted),
    ]
    return dict(pairs)
