"""The HTML parse mode as Telegram's parser reads it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.local.formatting import Entity, Formatted, ParseError, read, utf16_length


def html(text):
    return read(text, html=True)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("<b>x</b>", "bold"),
        ("<strong>x</strong>", "bold"),
        ("<i>x</i>", "italic"),
        ("<em>x</em>", "italic"),
        ("<u>x</u>", "underline"),
        ("<ins>x</ins>", "underline"),
        ("<s>x</s>", "strikethrough"),
        ("<strike>x</strike>", "strikethrough"),
        ("<del>x</del>", "strikethrough"),
        ("<tg-spoiler>x</tg-spoiler>", "spoiler"),
        ('<span class="tg-spoiler">x</span>', "spoiler"),
        ("<code>x</code>", "code"),
        ("<pre>x</pre>", "pre"),
        ("<blockquote>x</blockquote>", "blockquote"),
        ("<blockquote expandable>x</blockquote>", "expandable_blockquote"),
        ("<B >x</B>", "bold"),
        ("<b>x</>", "bold"),
    ],
)
def test_each_supported_tag_becomes_its_entity(source, kind):
    assert html(source) == Formatted("x", (Entity(kind, 0, 1),))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("张<p>x</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("a <3", "Unclosed start tag at byte offset 2"),
        ("<script>x</script>", 'Unsupported start tag "script" at byte offset 0'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<span class="red">x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a href="x', 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=http://x.org>x</a>", "Unexpected end of name token at byte offset 8"),
        ('<a ="x">x</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
    ],
)
def test_what_is_no_telegram_html_is_refused_in_telegrams_words(source, words):
    with pytest.raises(ParseError, match="^" + re.escape(words) + "$"):
        html(source)


def test_offsets_count_utf16_units_past_chinese_and_emoji():
    formatted = html("👩‍⚕️ <b>张伟</b> 😀<i>𠮷x</i>")
    assert formatted.text == "👩‍⚕️ 张伟 😀𠮷x"
    units = formatted.text.encode("utf-16-le")
    shown = [
        (e.type, units[2 * e.offset : 2 * (e.offset + e.length)].decode("utf-16-le"))
        for e in formatted.entities
    ]
    assert shown == [("bold", "张伟"), ("italic", "𠮷x")]


def test_character_references_are_read_once():
    assert html("&lt;b&gt; &amp;lt; &#24352;&#x4f1f; &quot;&nbsp;& &x").text == '<b> &lt; 张伟 "&nbsp;& &x'


def test_nested_tags_come_outermost_first():
    assert html("<b>a<i>b</i></b>").entities == (Entity("bold", 0, 2), Entity("italic", 1, 1))


def test_links_carry_their_address_and_bad_ones_vanish():
    assert html('<a href="https://example.org/?a=1&amp;b=2">x</a>').entities == (
        Entity("text_link", 0, 1, url="https://example.org/?a=1&b=2"),
    )
    assert html("<a>https://example.org</a>").entities[0].url == "https://example.org"
    assert html('<a href="javascript:alert(1)">x</a>') == Formatted("x")


def test_code_in_pre_gives_its_language():
    assert html('<pre><code class="language-python">x</code></pre>').entities == (
        Entity("pre", 0, 1, language="python"),
    )
    assert html('<code class="language-python">x</code>').entities == (Entity("code", 0, 1),)


def test_empty_tags_leave_nothing():
    assert html("a<b></b>") == Formatted("a")


def test_space_around_is_trimmed_and_entities_move_along():
    assert html("\n 😀 <b>张 </b>\n") == Formatted("😀 张", (Entity("bold", 3, 1),))


def test_commands_are_found_where_a_client_shows_them_blue():
    commands = read("好 /today and /grid@ninebox_bot, not a/b or https://x/y or /ab/", html=False)
    assert [(e.type, e.offset, e.length) for e in commands.entities] == [
        ("bot_command", 2, 6),
        ("bot_command", 13, 17),
    ]
    assert html("<code>/today</code>").entities == (Entity("code", 0, 6),)


def test_without_parse_mode_tags_are_text():
    assert read("<b>x</b> &amp;", html=False) == Formatted("<b>x</b> &amp;")


@given(st.text(alphabet="<>/b i&;#\"'=a张😀\n", max_size=40))
def test_any_text_is_read_or_refused_and_entities_stay_inside(source):
    try:
        formatted = html(source)
    except ParseError:
        return
    length = utf16_length(formatted.text)
    assert all(e.length > 0 and 0 <= e.offset <= length - e.length for e in formatted.entities)
