"""Where the files beside the code are: in a checkout next to the packages, in a wheel under `bot/_data`."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_dir(name: str) -> Path:
    """The folder `name` ("templates", "alembic") that came with this copy of the program.

    A checkout's own folder wins, because an editable install also holds a copy from the day it was made.
    A folder beside an installed package is somebody else's: `alembic` there is the library.
    """
    checkout = _PACKAGE.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    packed = _PACKAGE / "_data" / name
    if packed.is_dir():
        return packed
    raise FileNotFoundError(f"The folder {name} is missing from this installation: {packed}")
