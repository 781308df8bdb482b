"""The chat page in a real Chromium, over a real bot."""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from tests.e2e.conftest import FLAGS, Stage, grid_picture, open_stage

# One browser for all: it lives in the loop of the module, and so do they.
pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

LI, ANNA, SAM = 11, 12, 13


@pytest_asyncio.fixture(loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: str) -> AsyncIterator[Any]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        await browser.close()


class Window:
    """A browser window on the page; it fails the test when the page reports an error of its own."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: line.type in {"error", "warning"} and self.errors.append(line.text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.page, name)

    async def says(self, text: str) -> None:
        await self.page.fill("#draft", text)
        if text.startswith("/"):
            await self.page.press("#draft", "Escape")
        await self.page.press("#draft", "Enter")

    async def sees(self, text: str, *, within: str = "#log", exact: bool = False) -> None:
        await self.page.locator(within).get_by_text(text, exact=exact).last.wait_for(timeout=10_000)

    async def taps(self, label: str) -> None:
        await self.page.locator("#log").get_by_role("button", name=label, exact=True).last.click()


@pytest_asyncio.fixture(loop_scope="module")
async def window(browser: Any, stage: Stage) -> AsyncIterator[Any]:
    async def opened(**options: Any) -> Window:
        defaults = {"viewport": {"width": 1200, "height": 800}, "color_scheme": "light"}
        context = await browser.new_context(**{**defaults, **options})
        window = Window(await context.new_page())
        windows.append(window)
        await window.goto(stage.address)
        await window.locator("#welcome, #log .message").first.wait_for()
        return window

    windows: list[Window] = []
    yield opened
    for window in windows:
        await window.context.close()
    assert [window.errors for window in windows] == [[] for _ in windows]


async def test_a_text_is_sent_and_answered(window):
    tab = await window()
    await tab.says("Who should I see today?")
    await tab.sees("You said: Who should I see today?")
    assert await tab.locator(".message.mine").count() == 1


async def test_a_press_edits_the_message_in_place(window):
    tab = await window()
    await tab.says("/menu")
    await tab.taps("Why?")
    await tab.sees("Because of")
    assert await tab.locator(".message:not(.mine)").count() == 1
    assert await tab.locator(".message i").inner_text() == "11 days"
    assert "edited" in await tab.locator(".message:not(.mine) .stamp").inner_text()


async def test_answers_to_a_press_are_a_toast_or_a_dialog(window):
    tab = await window()
    await tab.says("/menu")
    await tab.taps("Toast")
    await tab.sees("This is the toast", within=".toast.on")
    await tab.taps("Alert")
    await tab.sees("This is the alert", within="dialog#alert")
    await tab.keyboard.press("Escape")
    await tab.locator("dialog#alert").wait_for(state="hidden")
    assert await tab.locator("[aria-busy=true]").count() == 0


async def test_a_file_goes_up_and_comes_back(window):
    tab = await window()
    await tab.set_input_files(
        "#file", {"name": "名单 1.csv", "mimeType": "text/csv", "buffer": b"abc" * 10_000}
    )
    await tab.sees("名单 1.csv · 30 kB", within="#attached")
    await tab.says("my roster")
    await tab.sees("30000 bytes")
    await tab.sees("my roster")
    async with tab.expect_download() as coming:
        await tab.locator("a.document").last.click()
    download = await coming.value
    assert download.suggested_filename == "back-名单 1.csv"
    assert (await download.path()).read_bytes() == b"cba" * 10_000


async def test_a_dropped_file_is_attached(window):
    tab = await window()
    transfer = await tab.evaluate_handle(
        "() => { const t = new DataTransfer(); t.items.add(new File(['1,2'], 'drop.csv')); return t; }"
    )
    await tab.dispatch_event("#chat", "dragover", {"dataTransfer": transfer})
    await tab.locator("#drop").wait_for()
    await tab.dispatch_event("#chat", "drop", {"dataTransfer": transfer})
    await tab.sees("drop.csv · 3 B", within="#attached")
    assert await tab.locator("#drop").is_hidden()


async def test_a_file_over_20_mb_is_refused_with_a_sentence(window, stage, tmp_path):
    big = tmp_path / "big.xlsx"
    with big.open("wb") as file:
        file.truncate(20 * 1024 * 1024 + 1)
    tab = await window()
    await tab.set_input_files("#file", big)
    await tab.sees("“big.xlsx” is larger than 20 MB", within="#refusal")
    assert await tab.locator("#attached").is_hidden()
    assert not stage.telegram.chat(LI).messages


async def picks(tab: Window, kind: str, name: str, data: bytes) -> None:
    """Choose a file to be sent as this kind of thing."""
    await tab.get_by_role("button", name="Attach", exact=True).click()
    async with tab.expect_file_chooser() as chooser:
        await tab.get_by_role("menuitem", name=kind).click()
    await (await chooser.value).set_files({"name": name, "mimeType": "", "buffer": data})
    await tab.sees(name, within="#attached")


async def test_a_picture_goes_up_as_a_photo_with_its_caption(window, stage):
    tab = await window()
    await picks(tab, "Picture", "grid.png", grid_picture())
    await tab.says("the grid")
    await tab.sees("Seen 540 × 540: the grid")
    picture = tab.locator(".message.mine .picture img")
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 540
    assert stage.telegram.chat(LI).messages[0].photo is not None


async def test_what_is_no_picture_is_not_sent_as_one(window, stage):
    tab = await window()
    await tab.get_by_role("button", name="Attach", exact=True).click()
    async with tab.expect_file_chooser() as chooser:
        await tab.get_by_role("menuitem", name="Picture").click()
    await (await chooser.value).set_files({"name": "list.png", "mimeType": "", "buffer": b"a,b"})
    await tab.sees("“list.png” is no PNG or JPEG.", within="#refusal")
    assert await tab.locator("#attached").is_hidden()
    assert not stage.telegram.chat(LI).messages


async def test_a_voice_note_goes_up_and_can_be_played(window, stage):
    tab = await window(viewport={"width": 360, "height": 640})
    await picks(tab, "Voice note", "note.ogg", b"OggS" * 100)
    await tab.click("#send")
    await tab.sees("Heard 400 bytes: None")
    assert await tab.get_attribute(".message.mine audio", "aria-label") == "Voice note"
    assert await tab.evaluate("document.documentElement.scrollWidth") == 360
    voice = stage.telegram.chat(LI).messages[0].voice
    assert stage.telegram.content(voice) == b"OggS" * 100


async def test_a_place_is_sent_with_a_tap_or_typed(window):
    tab = await window(viewport={"width": 360, "height": 640})
    for by in ("tap", "degrees"):
        await tab.get_by_role("button", name="Attach", exact=True).click()
        await tab.get_by_role("menuitem", name="Place").click()
        if by == "tap":
            await tab.get_by_role("button", name="North Hospital").click()
            await tab.sees("At 30.65, 112.74")
        else:
            await tab.fill("#place-at", "somewhere, 5")
            await tab.press("#place-at", "Enter")
            await tab.sees("Two numbers, please", within="#place")
            await tab.fill("#place-at", "-31.5， 12.25")
            await tab.press("#place-at", "Enter")
            await tab.sees("At -31.5, 12.25")
    assert "North Hospital" in await tab.locator(".message.mine").first.inner_text()
    assert await tab.locator("#place").is_hidden()


async def test_what_can_be_attached_is_reached_by_keys_alone(window):
    tab = await window()
    await tab.focus("#attach")
    await tab.keyboard.press("Enter")
    await tab.keyboard.press("ArrowUp")
    assert await tab.evaluate("document.activeElement.innerText") == "Place"
    await tab.keyboard.press("Escape")
    assert await tab.locator("#kinds").is_hidden()
    assert await tab.evaluate("document.activeElement.id") == "attach"


async def test_a_picture_is_shown_and_enlarged(window):
    tab = await window()
    await tab.says("/picture")
    await tab.sees("The grid")
    picture = tab.locator(".picture img")
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 540
    await picture.click()
    await tab.locator("dialog#viewer img").wait_for()
    await tab.keyboard.press("Escape")
    await tab.locator("dialog#viewer").wait_for(state="hidden")


async def test_a_quiz_is_answered_with_a_tap_and_only_then_tells_what_is_right(window):
    tab = await window()
    await tab.says("/quiz")
    await tab.sees("Who is visited first?")
    assert await tab.locator(".quiz .why").count() == 0
    assert "✓" not in await tab.locator(".quiz").inner_text()
    await tab.taps("The nearest")
    await tab.sees("Worth comes before the way.")
    await tab.sees("Option 0 was taken")
    marks = [await mark.inner_text() for mark in await tab.locator(".quiz .mark").all()]
    assert marks == ["✗", "✓"]
    assert await tab.locator(".quiz button:enabled").count() == 0
    assert await tab.locator(".keyboard button").last.inner_text() == "Back"


async def test_the_language_switch_changes_the_page_and_the_persons_client(window, stage):
    tab = await window()
    await tab.says("/start")
    await tab.sees("(en)")
    await tab.get_by_role("button", name="中文").click()
    await tab.sees("选择身份", within="#side")
    assert await tab.get_attribute("html", "lang") == "zh-CN"
    await tab.says("/start")
    await tab.sees("(zh)")
    assert stage.telegram.chat(LI).user.language_code == "zh"
    await tab.fill("#draft", "/")
    await tab.sees("显示按钮", within="#menu")
    await tab.reload()
    await tab.sees("选择身份", within="#side")


async def test_the_pages_words_are_complete_in_both_languages(window):
    tab = await window()
    words = await tab.evaluate("WORDS")
    used = await tab.evaluate(
        "[...document.querySelectorAll('[data-words], [data-label]')]"
        ".map((node) => node.dataset.words ?? node.dataset.label)"
    )
    assert set(words["zh"]) == set(words["en"])
    assert set(used) <= set(words["en"]) | {"theme"}
    assert not [word for word in words["en"].values() if re.search("[一-鿿]", word)]


async def test_dark_follows_the_system_and_the_toggle_wins(window):
    tab = await window(color_scheme="dark")
    background = "getComputedStyle(document.querySelector('.side')).backgroundColor"
    dark = await tab.evaluate(background)
    await tab.get_by_role("button", name="Light colours").click()
    light = await tab.evaluate(background)
    assert (dark, light) == ("rgb(18, 25, 24)", "rgb(246, 248, 247)")
    await tab.reload()
    await tab.locator("#welcome").wait_for()
    assert await tab.evaluate(background) == light


async def test_a_phone_scrolls_only_down_and_changes_people_in_a_sheet(window, stage):
    tab = await window(viewport={"width": 360, "height": 640})
    await tab.says("/picture")
    await tab.says("a" * 300 + " " + "很长的一句话" * 30)
    await tab.says("/menu")
    await tab.sees("Choose")
    assert await tab.evaluate("document.documentElement.scrollWidth") == 360
    assert await tab.evaluate("$('scroller').scrollWidth <= $('scroller').clientWidth")
    assert await tab.locator("#side").is_hidden()
    await tab.click("#who")
    await tab.locator("#people").get_by_role("button", name="Anna Vogel").click()
    await tab.locator("#side").wait_for(state="hidden")
    await tab.sees("Manager · talking to Ninebox", within="#who")


async def test_everything_can_be_done_with_the_keyboard_alone(window):
    tab = await window()
    await tab.keyboard.type("/me")
    await tab.sees("Show the buttons", within="#menu")
    await tab.keyboard.press("Enter")
    await tab.sees("Choose")
    await tab.keyboard.press("ArrowUp")
    await tab.keyboard.press("ArrowRight")
    assert await tab.evaluate("document.activeElement.textContent") == "Toast"
    await tab.keyboard.press("ArrowLeft")
    await tab.keyboard.press("Enter")
    await tab.sees("Because of")
    assert await tab.evaluate("document.activeElement.textContent") == "Back"
    outline = await tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    await tab.keyboard.press("Escape")
    assert await tab.evaluate("document.activeElement.id") == "draft"
    await tab.keyboard.type("one")
    await tab.keyboard.press("Shift+Enter")
    await tab.keyboard.type("two")
    await tab.keyboard.press("Enter")
    await tab.sees("You said: one\ntwo")


async def test_a_reload_keeps_person_history_and_pin(window):
    tab = await window()
    await tab.locator("#people").get_by_role("button", name="Anna Vogel").click()
    await tab.sees("Anna Vogel", within="#welcome")
    await tab.says("/start")
    await tab.sees("Hello", within="#pinned")
    before = await tab.locator("#log").inner_text()
    await tab.reload()
    await tab.sees("Hello", within="#pinned")
    assert await tab.locator("#log").inner_text() == before
    assert "Anna Vogel" in await tab.locator("#who").inner_text()


async def test_formatting_becomes_elements_and_keeps_every_character(window):
    tab = await window()
    await tab.says("/formats")
    await tab.sees("and the end")
    text = tab.locator(".message:not(.mine) .text")
    words = "李 bold both 😀 code, see https://example.org/a. quoted hidden and the end"
    assert " ".join((await text.inner_text()).split()) == words
    assert await text.locator("b i").inner_text() == "both"
    assert await text.locator("code").inner_text() == "code"
    assert await text.locator("blockquote").inner_text() == "quoted"
    assert await text.locator("a").get_attribute("href") == "https://example.org/a"
    spoiler = text.locator(".spoiler")
    assert await spoiler.evaluate("node => getComputedStyle(node).color") == "rgba(0, 0, 0, 0)"
    await spoiler.press("Enter")
    assert await spoiler.evaluate("node => getComputedStyle(node).color") == "rgb(21, 32, 30)"


async def test_motion_is_left_out_for_those_who_ask(window):
    tab = await window(reduced_motion="reduce")
    await tab.says("/menu")
    await tab.taps("Why?")
    await tab.sees("Because of")
    bubble = tab.locator(".message.changed .bubble")
    assert await bubble.evaluate("node => getComputedStyle(node).animationDuration") == "0.001s"


async def test_an_answer_higher_than_the_window_is_read_from_its_beginning(window):
    tab = await window()
    await tab.says("\n".join(f"line {number}" for number in range(60)))
    answer = tab.locator(".message:not(.mine)")
    await answer.wait_for()
    await tab.get_by_role("button", name="To the end").wait_for()
    top = await tab.locator("#scroller").evaluate("node => node.getBoundingClientRect().top")
    assert top <= (await answer.bounding_box())["y"] < top + 40
    await tab.get_by_role("button", name="To the end").click()
    await tab.says("short")
    await tab.sees("You said: short")
    assert await tab.evaluate("nearBottom()")


async def test_markup_and_quotes_are_only_text(window):
    nasty = """<script>window.hurt = 1</script><img src=x onerror="hurt=1"> "it's" & <b>"""
    tab = await window()
    await tab.says(nasty)
    await tab.sees(f"You said: {nasty}")
    assert await tab.evaluate("window.hurt") is None
    assert await tab.locator("#log script, #log img, #log b").count() == 0


async def test_another_persons_chat_stays_theirs_and_shows_a_dot(window, stage):
    tab = await window()
    await tab.says("only for Li")
    await tab.sees("You said: only for Li")
    stage.telegram.send_text(ANNA, "only for Anna")
    await tab.locator(f"[data-person='{ANNA}'] .dot").wait_for()
    assert "only for Anna" not in await tab.locator("#log").inner_text()
    await tab.locator(f"[data-person='{ANNA}']").click()
    await tab.sees("You said: only for Anna")
    assert "only for Li" not in await tab.locator("#log").inner_text()
    assert await tab.locator("#people .dot").count() == 0


async def test_the_clock_moves_to_eight_tomorrow_and_on(window, stage):
    tab = await window()
    await tab.says("today")
    await tab.sees("Today", exact=True)
    assert await tab.locator("#now").inner_text() == "Fri 20 Nov, 09:30"
    await tab.get_by_role("button", name="8:00 tomorrow").click()
    await tab.sees("Sat 21 Nov, 08:00", within="#now")
    await tab.sees("Yesterday", exact=True)
    await tab.get_by_role("button", name="+1 week").click()
    await tab.sees("Sat 28 Nov, 08:00", within="#now")
    assert f"{stage.clock.now():%d %H}" == "28 00"


async def test_the_bot_is_seen_sending_a_file(window):
    tab = await window()
    await tab.says("/slow")
    await tab.sees("sending a file", within="#chat")


async def test_an_invitation_is_opened_as_somebody_else(window, stage):
    tab = await window()
    await tab.says("/invite")
    await tab.locator("#log a").click()
    await tab.locator("#choose").get_by_role("button", name="Sam").click()
    await tab.sees("with secret-1")
    assert stage.telegram.chat(SAM).messages[0].text == "/start secret-1"
    assert "Sam" in await tab.locator("#who").inner_text()


async def test_after_a_lost_connection_the_page_catches_up_by_itself(window, stage):
    tab = await window()
    await tab.says("before")
    await tab.sees("You said: before")
    port = urlsplit(stage.address).port
    await stage.stop()
    await tab.locator("#offline").wait_for()
    stage.telegram.send_text(LI, "meanwhile")
    await stage.serve(port)
    await tab.sees("You said: meanwhile")
    await tab.locator("#offline").wait_for(state="hidden")
    tab.errors.clear()  # the browser reports that the connection was refused
