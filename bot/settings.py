"""What can be set from outside: environment variables named NINEBOX_*, or the same lines in a file `.env`."""

import difflib
import os
import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from dotenv.parser import parse_stream
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_core import ErrorDetails

PREFIX = "NINEBOX_"
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


_Given = dict[str, tuple[str, str]]  # name: value and its place


class SettingsError(Exception):
    """The settings cannot be used; `problems` says everything that is wrong, one plain sentence each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", value.get_secret_value()):
        raise ValueError("does not look like a bot token, digits:letters, as @BotFather gives it")
    return value


def _api_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # brackets that do not close, a port that is no number
        sound = False
    if not sound or parts.query or parts.fragment:
        raise ValueError("must be an address such as https://api.telegram.org")
    return value.rstrip("/")


def _calendar_url(value: str) -> str:
    value = _api_url(value)
    parts = urlsplit(value)
    if parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError("must begin with https://: the addresses below it are secrets")
    return value


def _listen(value: str) -> str:
    host, separator, port = value.rpartition(":")
    if not separator or not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError("must be HOST:PORT such as 127.0.0.1:8766")
    return value


def _database_url(value: str) -> str:
    scheme, separator, rest = value.partition("://")
    if not separator or scheme not in _DRIVERS:
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return f"{_DRIVERS[scheme]}://{rest}"


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (OSError, ValueError) as error:  # ZoneInfoNotFoundError is a KeyError, caught below
        raise ValueError("must be a time zone such as Asia/Shanghai") from error
    except KeyError as error:
        near = difflib.get_close_matches(value, available_timezones(), n=1)
        raise ValueError(f"must be a time zone such as {near[0] if near else 'Asia/Shanghai'}") from error
    return value


def _folder(value: Path) -> Path:
    if not value.is_dir():
        raise ValueError("must be a folder that exists")
    return value


def _products(value: object) -> object:
    if isinstance(value, str):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    return value


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


class Settings(BaseModel):
    """Every setting, checked; built once, at the start, by `load`. Calling the class itself reads nothing.

    The field `data_dir` is set by NINEBOX_DATA_DIR; descriptions are for whoever installs the bot.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    telegram_token: Annotated[SecretStr, AfterValidator(_token)] | None = Field(
        default=None,
        description="The bot's token from @BotFather. Secret. Needed by `ninebox run` only.",
    )
    telegram_api_url: Annotated[str, AfterValidator(_api_url)] = Field(
        default="https://api.telegram.org",
        description="The Bot API to talk to: the public one, or your own Bot API server.",
    )
    data_dir: Annotated[Path, AfterValidator(Path.expanduser)] = Field(
        default=Path("data"),
        description="The folder for what the bot stores: the SQLite database.",
    )
    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        default_factory=lambda done: f"sqlite+aiosqlite:///{(done['data_dir'] / 'ninebox.db').as_posix()}",
        repr=False,  # it may hold a password
        description="The database, sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME. "
        "Default: ninebox.db in the data folder.",
    )
    market: Annotated[Literal["cn", "us", "generic"], BeforeValidator(_lower)] = Field(
        default="generic",
        description="Whose rules hold for what may be stored and advised: cn, us or generic.",
    )
    ours: Annotated[tuple[str, ...], BeforeValidator(_products)] = Field(
        default=(),
        description="Your own products, separated by commas, as the usage and sales files name them.",
    )
    time_zone: Annotated[str, AfterValidator(_time_zone)] = Field(
        default_factory=lambda done: "Asia/Shanghai" if done["market"] == "cn" else "UTC",
        description="The time zone of people who have not chosen one. "
        "Default: Asia/Shanghai in the market cn, UTC elsewhere.",
    )
    default_language: Annotated[Literal["en", "zh"], BeforeValidator(_lower)] = Field(
        default_factory=lambda done: "zh" if done["market"] == "cn" else "en",
        description="The language of people who have not chosen one: en or zh. "
        "Default: zh in the market cn, en elsewhere.",
    )
    content_dir: Annotated[Path, AfterValidator(Path.expanduser), AfterValidator(_folder)] | None = Field(
        default=None,
        description="A folder of your own norms and playbooks, which replace those that come with the bot.",
    )
    calendar_url: Annotated[str, AfterValidator(_calendar_url)] | None = Field(
        default=None,
        description="Where phones reach the calendars of reps, https://HOST, passed on to "
        "NINEBOX_CALENDAR_LISTEN. Calendars are served when it is set.",
    )
    calendar_listen: Annotated[str, AfterValidator(_listen)] = Field(
        default="127.0.0.1:8766",
        description="Where `ninebox run` serves calendars, HOST:PORT, behind your own TLS.",
    )
    osrm_url: Annotated[str, AfterValidator(_api_url)] | None = Field(
        default=None,
        description="An OSRM server of your own for driving times. It is sent coordinates, nothing else. "
        "Default: times are estimated from distances.",
    )
    safety_contact: Annotated[str, Field(max_length=200)] = Field(
        default="",
        description="Where side effects are reported: a telephone number, an address. "
        "Shown to whoever hears of one.",
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = Field(
        default="INFO",
        description="How much is logged: DEBUG, INFO, WARNING or ERROR.",
    )
    log_format: Annotated[Literal["text", "json"], BeforeValidator(_lower)] = Field(
        default="text",
        description="Log lines for people (text) or for machines (json).",
    )
    invite_days: int = Field(
        default=7, ge=1, le=365, description="How many days an invitation can be used, 1 to 365."
    )

    @classmethod
    def load(cls, env: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")) -> Self:
        """Read the environment, or `env` in its place, over the lines of `env_file` if there is one.

        An empty value means the default. Raises SettingsError with every mistake at once: a setting that does
        not exist, a value that cannot be used, a line that cannot be read. Values are never told: some are
        secret.
        """
        given, problems = _given(os.environ if env is None else env, env_file)
        known = {PREFIX + name.upper(): name for name in cls.model_fields}
        problems += [_unknown(key, place, known) for key, (_, place) in given.items() if key not in known]
        try:
            settings = cls.model_validate(
                {known[key]: value for key, (value, _) in given.items() if key in known and value}
            )
        except ValidationError as error:
            problems += [
                _wrong(PREFIX + str(wrong["loc"][0]).upper(), wrong, given)
                for wrong in error.errors(include_url=False, include_input=False)
                if wrong["type"] != "default_factory_not_called"  # follows from a mistake that is told itself
            ]
            raise SettingsError(tuple(problems)) from None
        if problems:
            raise SettingsError(tuple(problems))
        return settings


def _given(env: Mapping[str, str], env_file: Path | None) -> tuple[_Given, list[str]]:
    """Every NINEBOX_ name with its value and its place, and the lines of the file that cannot be read."""
    given: _Given = {}
    problems: list[str] = []
    if env_file is not None and env_file.is_file():
        try:
            lines = list(parse_stream(StringIO(env_file.read_text(encoding="utf-8-sig"))))
        except UnicodeDecodeError:
            return {}, [f"{env_file} is not UTF-8 text: save it as UTF-8."]
        for line in lines:
            if line.error or (line.key and line.value is None):
                problems.append(f"Line {line.original.line} of {env_file} is not of the form NAME=value.")
            elif line.key and line.key.upper().startswith(PREFIX):
                given[line.key] = (line.value or "", f"in {env_file}")
    for key, value in env.items():
        if key.upper().startswith(PREFIX):
            given[key] = (value.strip(), "in the environment")
    return given, problems


def _unknown(key: str, place: str, known: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(key.upper(), known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else "README lists the settings."
    return f"{key} ({place}) is not a setting: {hint}"


def _wrong(key: str, wrong: ErrorDetails, given: _Given) -> str:
    context: dict[str, Any] = wrong.get("ctx", {})
    match wrong["type"]:
        case "literal_error":
            rule = f"must be {context['expected']}"
        case "value_error":
            rule = str(context["error"])
        case "int_parsing":
            rule = "must be a whole number"
        case _:
            rule = f"cannot be used: {wrong['msg'][0].lower()}{wrong['msg'][1:]}"
    return f"{key} ({given[key][1]}) {rule}."
