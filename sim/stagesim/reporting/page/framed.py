"""A page in a cell of a notebook: in a frame of its own, packed, in the colours of the notebook around it.

The frame keeps the page's script and style apart from the notebook's. Packed, a town hall takes 70 kB in the notebook's
file; the browser unpacks it.
"""

import base64
import zlib
from typing import Final

from markupsafe import Markup

from stagesim.reporting.page.rendering import rendered, text

DARK: Final = "(prefers-color-scheme: dark)"
"""What a page asks for its dark colours. A notebook may be dark where the system is not, so the frame answers it."""

EITHER: Final = "color-scheme: light dark"
"""How a page says that it has both."""


def framed(page: str, title: str, height: int) -> Markup:
    """The page in a frame that is as wide as the cell and so many pixels high."""
    packed = base64.b64encode(zlib.compress(page.encode(), 9)).decode()
    inside = rendered("framed.html.j2", title=title, packed=packed, dark=DARK, either=EITHER, script=text("framed.js"))
    frame = (
        '<iframe title="{}" srcdoc="{}" style="width:100%;height:{}px;border:0" allow="fullscreen"'
        ' data-packed="deflate"></iframe>'
    )
    return Markup(frame).format(title, str(inside), height)
