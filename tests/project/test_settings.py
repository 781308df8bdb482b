from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings, SettingsError

TOKEN = "1234567:AAtoken-of-a-test_bot"


def problems_of(env: dict[str, str], env_file: Path | None = None) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        Settings.load(env, env_file)
    return caught.value.problems


def test_without_any_setting_the_bot_stores_in_the_data_folder_and_speaks_to_the_public_api():
    settings = Settings.load({}, None)
    assert settings.telegram_token is None
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.database_url == "sqlite+aiosqlite:///data/ninebox.db"
    assert (settings.market, settings.time_zone, settings.default_language) == ("generic", "UTC", "en")


def test_the_market_and_the_data_folder_carry_the_defaults_of_others():
    settings = Settings.load({"NINEBOX_MARKET": "CN", "NINEBOX_DATA_DIR": "/srv/nine"}, None)
    assert (settings.time_zone, settings.default_language) == ("Asia/Shanghai", "zh")
    assert settings.database_url == "sqlite+aiosqlite:////srv/nine/ninebox.db"


def test_calling_the_class_reads_no_environment(monkeypatch):
    monkeypatch.setenv("NINEBOX_MARKET", "us")
    assert Settings().market == "generic"
    assert Settings.load(env_file=None).market == "us"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///a.db", "sqlite+aiosqlite:///a.db"),
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql+psycopg://u@/d?host=/run", "postgresql+psycopg://u@/d?host=/run"),
    ],
)
def test_the_driver_of_the_database_is_ours_to_choose(given, used):
    assert Settings.load({"NINEBOX_DATABASE_URL": given}, None).database_url == used


def test_own_products_are_separated_by_commas():
    assert Settings.load({"NINEBOX_OURS": "dulaglutide, 度拉糖肽 ,"}, None).ours == (
        "dulaglutide",
        "度拉糖肽",
    )


def test_the_environment_wins_over_the_file_and_an_empty_value_means_the_default(tmp_path):
    file = tmp_path / ".env"
    file.write_text(
        '\ufeff# comment\nexport NINEBOX_MARKET="cn"\nNINEBOX_INVITE_DAYS=3\nOTHER=1\nNINEBOX_OURS=\n',
        encoding="utf-8",
    )
    settings = Settings.load({"NINEBOX_INVITE_DAYS": "5"}, file)
    assert (settings.market, settings.invite_days, settings.ours) == ("cn", 5, ())


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("NINEBOX_TOKEN", "NINEBOX_TELEGRAM_TOKEN"),
        ("NINEBOX_DATABSE_URL", "NINEBOX_DATABASE_URL"),
        ("NINEBOX_TIMEZONE", "NINEBOX_TIME_ZONE"),
        ("ninebox_market", "NINEBOX_MARKET"),
    ],
)
def test_a_misspelt_setting_is_refused_by_name_with_the_nearest_one(key, meant, tmp_path):
    assert problems_of({key: "x"}) == (f"{key} (in the environment) is not a setting: did you mean {meant}?",)
    file = tmp_path / ".env"
    file.write_text(f"{key}=x\n", encoding="utf-8")
    assert problems_of({}, file) == (f"{key} (in {file}) is not a setting: did you mean {meant}?",)


def test_every_mistake_is_told_at_once_and_no_value_is(tmp_path):
    file = tmp_path / ".env"
    file.write_text("NINEBOX_TELEGRAM_TOKEN=hush hush\nNINEBOX_TELEGRAM_API_URL\n", encoding="utf-8")
    env = {
        "NINEBOX_MARKT": "cn",
        "NINEBOX_MARKET": "china",
        "NINEBOX_DATABASE_URL": "mysql://boss:swordfish@db/x",
        "NINEBOX_TIME_ZONE": "Asia/Shangai",
        "NINEBOX_CONTENT_DIR": str(tmp_path / "none"),
        "NINEBOX_LOG_LEVEL": "loud",
        "NINEBOX_INVITE_DAYS": "many",
    }
    problems = problems_of(env, file)
    for words in (
        f"Line 2 of {file} is not of the form NAME=value.",
        "NINEBOX_MARKT (in the environment) is not a setting",
        f"NINEBOX_TELEGRAM_TOKEN (in {file}) does not look like a bot token",
        "NINEBOX_MARKET (in the environment) must be 'cn', 'us' or 'generic'.",
        "NINEBOX_DATABASE_URL (in the environment) must begin with sqlite:/// or postgresql://.",
        "NINEBOX_TIME_ZONE (in the environment) must be a time zone such as Asia/Shanghai.",
        "NINEBOX_CONTENT_DIR (in the environment) must be a folder that exists.",
        "NINEBOX_LOG_LEVEL (in the environment) must be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'.",
        "NINEBOX_INVITE_DAYS (in the environment) must be a whole number.",
    ):
        assert any(problem.startswith(words) for problem in problems), words
    assert len(problems) == 9
    assert not any(secret in str(problems) for secret in ("hush", "swordfish"))


@pytest.mark.parametrize("zone", ["Nowhere/Atall", "/etc/localtime", "../UTC", "Asia"])
def test_a_time_zone_that_does_not_exist_is_refused(zone):
    assert "must be a time zone such as" in problems_of({"NINEBOX_TIME_ZONE": zone})[0]


@pytest.mark.parametrize(
    "url", ["api.telegram.org", "ftp://host", "https://", "https://host/?a=1", "http://[", "http://h:x"]
)
def test_an_api_address_that_is_none_is_refused(url):
    assert "must be an address" in problems_of({"NINEBOX_TELEGRAM_API_URL": url})[0]


def test_secrets_show_neither_in_the_settings_nor_in_their_mistakes():
    settings = Settings.load(
        {"NINEBOX_TELEGRAM_TOKEN": TOKEN, "NINEBOX_DATABASE_URL": "postgresql://u:swordfish@h/d"}, None
    )
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == TOKEN
    assert TOKEN not in repr(settings)
    assert "swordfish" not in repr(settings)


def test_every_setting_is_described():
    assert all(field.description for field in Settings.model_fields.values())


def test_env_example_names_every_setting_with_its_default_and_its_description():
    text = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
    named = dict(line[1:].split("=", 1) for line in text.splitlines() if line.startswith(f"#{PREFIX}"))
    assert list(named) == [PREFIX + name.upper() for name in Settings.model_fields]
    assert Settings.load(named, None) == Settings.load({}, None)
    described = " ".join(line[2:] for line in text.splitlines() if line.startswith("# "))
    for name, field in Settings.model_fields.items():
        assert str(field.description) in described, name


def test_env_example_as_it_is_changes_nothing():
    example = Path(__file__).parents[2] / ".env.example"
    assert Settings.load({}, example) == Settings.load({}, None)
