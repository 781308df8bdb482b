"""The two languages of the interface: gettext catalogues read from their .po files.

English sentences are the message ids; `zh` translates them, and `en` only
supplies plural forms. There are no compiled files to forget.
"""

import gettext
import io
from functools import cache

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.paths import data_dir
from domain.importing.columns import Locale

LOCALES: tuple[Locale, ...] = ("zh", "en")


def marked(text: str) -> str:
    """Mark a sentence for translation where it is written down but not yet said."""
    return text


def nearest_locale(tag: str | None, default: Locale) -> Locale:
    """The interface language for a Telegram or browser tag: "zh-hans" is zh, unknown ones the default."""
    if not tag:
        return default
    language = tag.lower().replace("_", "-").split("-")[0]
    return next((locale for locale in LOCALES if locale == language), "en")


@cache
def translations(locale: str) -> gettext.NullTranslations:
    """The catalogue of one locale; `KeyError` for a locale that does not exist."""
    if locale not in LOCALES:
        raise KeyError(locale)
    path = data_dir("templates") / "locale" / locale / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=locale, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
