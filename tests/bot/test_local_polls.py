"""Quiz polls of the local Telegram: sent, answered once, and refused as Telegram refuses them."""

import asyncio
import json

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest
from telegram.ext import MessageHandler, PollAnswerHandler, filters

from bot.clock import MovableClock
from bot.local.telegram import LocalTelegram
from tests.support.echo import Echo
from tests.support.telegram import TOKEN, request_to

LI = 5001
ROW = InlineKeyboardMarkup([[InlineKeyboardButton("Home", callback_data="home")]])
QUIZ = {
    "question": "Which?",
    "options": ["This", "That", "Neither"],
    "is_anonymous": False,
    "type": "quiz",
    "correct_option_ids": [1],
    "explanation": "Because.",
}


@pytest.fixture
async def stage():
    telegram = LocalTelegram(token=TOKEN, clock=MovableClock())
    telegram.user(LI, first_name="Li", language_code="en")
    telegram.send_text(LI, "/start")
    telegram.take_updates()
    async with Bot(TOKEN, request=request_to(telegram)) as bot:
        yield telegram, bot


async def test_a_quiz_arrives_with_its_buttons_and_its_answer_names_the_poll_the_person_and_the_option(stage):
    telegram, bot = stage
    sent = await bot.send_poll(LI, **QUIZ, reply_markup=ROW, protect_content=True)
    assert (sent.poll.type, sent.poll.is_anonymous, sent.poll.question) == ("quiz", False, "Which?")
    assert [option.text for option in sent.poll.options] == QUIZ["options"]
    assert (tuple(sent.poll.correct_option_ids), sent.poll.explanation) == ((1,), "Because.")
    assert sent.has_protected_content
    assert telegram.chat(LI).messages[-1].button("Home").callback_data == "home"
    telegram.answer_poll(LI, sent.message_id, 2)
    (update,) = telegram.take_updates()
    answer = Update.de_json(json.loads(json.dumps(update)), bot).poll_answer
    assert (answer.poll_id, answer.user.id, tuple(answer.option_ids)) == (sent.poll.id, LI, (2,))


async def test_a_quiz_is_answered_once_and_only_with_its_own_options(stage):
    telegram, bot = stage
    sent = await bot.send_poll(LI, **QUIZ)
    words = await bot.send_message(LI, "no poll")
    for message_id, option in ((sent.message_id, 3), (words.message_id, 0), (999, 0)):
        with pytest.raises(ValueError, match="no poll here"):
            telegram.answer_poll(LI, message_id, option)
    telegram.answer_poll(LI, sent.message_id, 0)
    with pytest.raises(ValueError, match="no poll here"):
        telegram.answer_poll(LI, sent.message_id, 1)
    assert telegram.chat(LI).message(sent.message_id).poll.choice == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"question": "x" * 301}, "length must not exceed 300"),
        ({"options": ["This"]}, "at least 2 option"),
        ({"options": [str(n) for n in range(13)]}, "more than 12 options"),
        ({"options": ["This", "x" * 101]}, "length must not exceed 100"),
        ({"options": ["This", " "]}, "must be non-empty"),
        ({"correct_option_ids": [3]}, "wrong correct option ID"),
        ({"correct_option_ids": []}, "wrong correct option ID"),
        ({"explanation": "x" * 201}, "too long"),
        ({"explanation": "1\n2\n3\n4"}, "too long"),
        ({"is_anonymous": True}, "not anonymous"),
        ({"type": "regular"}, "only quizzes"),
    ],
)
async def test_what_telegram_would_not_take_is_refused(stage, changes, words):
    _, bot = stage
    with pytest.raises(BadRequest, match=f"(?i){words}"):
        await bot.send_poll(LI, **(QUIZ | changes))


async def test_of_a_poll_only_the_buttons_can_be_edited(stage):
    telegram, bot = stage
    sent = await bot.send_poll(LI, **QUIZ, reply_markup=ROW)
    with pytest.raises(BadRequest, match="no text in the message"):
        await bot.edit_message_text("words", LI, sent.message_id)
    await bot.edit_message_reply_markup(LI, sent.message_id)
    assert telegram.chat(LI).message(sent.message_id).keyboard == ()
    assert telegram.chat(LI).message(sent.message_id).poll.question == "Which?"


async def test_the_answer_to_a_quiz_waits_until_what_sent_it_has_ended(sqlite_database):
    # What a poll asks is stored after it was sent: an answer must not come between.
    telegram = LocalTelegram(token=TOKEN, clock=MovableClock())
    telegram.user(LI, first_name="Li", language_code="en")
    heard, taken = [], asyncio.Event()

    async def ask(update, context):
        sent = await context.bot.send_poll(update.effective_chat.id, **QUIZ)
        telegram.answer_poll(LI, sent.message_id, 1)
        await asyncio.wait_for(taken.wait(), 5)
        await asyncio.sleep(0.05)
        heard.append("stored")

    async def answered(update, context):
        heard.append(f"option {update.poll_answer.option_ids[0]}")

    handlers = [MessageHandler(filters.TEXT, ask), PollAnswerHandler(answered)]
    async with Echo.running(telegram, sqlite_database, handlers=handlers):
        telegram.send_text(LI, "ask me")
        async with asyncio.timeout(20):
            while telegram.chat(LI).messages[-1].poll is None or telegram.has_updates:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            taken.set()
            while len(heard) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert heard == ["stored", "option 1"]
