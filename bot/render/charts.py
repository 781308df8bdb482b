"""Drawing pictures without holding up the bot."""

import asyncio

from bot.render.maps import MapPicture
from bot.render.pictures import (
    AbcPicture,
    BarsPicture,
    CertificatePicture,
    CoveragePicture,
    GridPicture,
    HeatPicture,
    LorenzPicture,
    MatrixPicture,
    RfmPicture,
)

Picture = (
    GridPicture
    | LorenzPicture
    | AbcPicture
    | RfmPicture
    | MatrixPicture
    | BarsPicture
    | CoveragePicture
    | MapPicture
    | HeatPicture
    | CertificatePicture
)


class Charts:
    """Draws off the event loop, one picture at a time: a second thread would only cost memory."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)

    async def draw(self, picture: Picture) -> bytes:
        """A picture as a PNG of 1080 x 1080 pixels. The same picture gives the same bytes."""
        async with self._turn:
            return await asyncio.to_thread(_png, picture)


def _png(picture: Picture) -> bytes:
    from bot.render.drawing import draw

    return draw(picture)


def grid_png(picture: GridPicture) -> bytes:
    """The nine-box grid as a PNG of 1080 x 1080 pixels: rows A to C from the top, columns 1 to 3.

    The same picture gives the same bytes.
    """
    from bot.render.drawing import draw_grid

    return draw_grid(picture)


def lorenz_png(picture: LorenzPicture) -> bytes:
    """The Lorenz curve as a PNG of 1080 x 1080 pixels, the diagonal of equal shares beside it.

    The same picture gives the same bytes.
    """
    from bot.render.drawing import draw_lorenz

    return draw_lorenz(picture)
