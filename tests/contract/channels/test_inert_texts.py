"""What somebody wrote is text in every channel: it mentions nobody, leads nowhere, and becomes no markup."""

import gzip
import json
import re
import subprocess
from collections.abc import Iterator
from email.message import EmailMessage
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from infra.frontend.packages import NODE, PackageFailed
from ladder.adapters.channels import genesys, mail, slack, teams
from ladder.adapters.channels.xapi import XapiChannel
from ladder.domain.delivery.ports import Outgoing
from tests.builders.channel_stages import opened
from tests.builders.outgoing import outgoing
from tests.contract.channels.cards import adaptive_cards
from tests.paths import DATA

FILE = DATA / "security" / "prompt_injection.jsonl.gz"
PARSE = Path(__file__).with_name("parse_cards.mjs")
OWN = (
    "<!channel> <!here> <@U0MEMBER> <#C0TEAM> <https://evil.example|click>",
    "@channel @here &lt;!everyone&gt;",
    "*bold* _it_ ~no~ `code` > quote [link](https://evil.example) ![x](https://evil.example/x.png)",
    "<script>alert(1)</script><img src=x onerror=alert(1)>\" onmouseover='x' </h1></body>",
    "{{DATE(2026-11-27T00:00:00Z, SHORT)}} ${secret} @{triggerBody()} <at>Anna</at>",
    "a\r\nBcc: all@example.org\r\n\r\n<b>",
    "\u202eevil\u202c \u0000\u0007",
)


@cache
def texts() -> tuple[str, ...]:
    """Every text of our own, and of the data where it is at hand."""
    if not FILE.exists():
        return OWN
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        return (*OWN, *(json.loads(line)["text"] for line in lines))


def messages() -> Iterator[Outgoing]:
    """Each text as a title, a paragraph and the name of a badge."""
    for text in texts():
        facts = {"badge": "KUDOS", "badge_name": text, "points": 1}
        yield outgoing(to="agent@example.org", title=text, paragraphs=(text, "The end."), facts=facts)


def test_the_texts_of_the_data_are_among_them() -> None:
    if not FILE.exists():
        pytest.skip("../shared/data/security is not here: only the texts of our own are tried")
    assert len(texts()) > 1_000


def test_slack_reads_no_markup_and_mentions_nobody() -> None:
    for told in messages():
        said = slack.message(told)
        assert not re.search(r"[<>]", said["text"])
        assert said["mrkdwn"] is False
        assert "link_names" not in said
        shown = [text for block in said["blocks"] for text in (block.get("text"), *_labels(block)) if text]
        assert {text["type"] for text in shown} == {"plain_text"}
        assert [element["url"] for block in said["blocks"] for element in block.get("elements", ())] == [told.link]


def _labels(block: dict[str, Any]) -> Iterator[Any]:
    yield from (element["text"] for element in block.get("elements", ()))


class Tags(HTMLParser):
    """The tags of a page, with the addresses that they hold, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags, self.links, self.text = list[str](), list[str | None](), ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"} or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_mail_is_the_same_page_whatever_the_text() -> None:
    usual = mail.compose(outgoing(to="agent@example.org"), sender="ladder@example.org")
    for told in messages():
        sent = mail.compose(told, sender="ladder@example.org")
        assert [name for name, _ in sent.items()] == [name for name, _ in usual.items()]
        assert "\n" not in str(sent["Subject"])
        page = _page(sent)
        assert page.tags == _page(usual).tags
        assert page.links == [told.link]
        assert b"\0" not in sent.as_bytes()


def _page(sent: EmailMessage) -> Tags:
    body = sent.get_body(("html",))
    assert isinstance(body, EmailMessage)
    page = Tags()
    page.feed(body.get_content())
    return page


def test_a_card_holds_texts_only_where_no_markdown_is_read_and_is_read_without_complaint(tmp_path: Path) -> None:
    cards = [teams.message(told)["attachments"][0]["content"] for told in messages()]
    for card in cards:
        assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
        runs = [run for block in card["body"] for run in block["inlines"]]
        assert {run["type"] for run in runs} == {"TextRun"}
        assert not any(re.search(r"\{\{|\$\{|@\{", run["text"]) for run in runs)
        assert [action["url"] for action in card["actions"]] == ["https://ladder.example/me#badges"]
    try:
        modules = adaptive_cards()
    except PackageFailed as error:
        pytest.skip(str(error))
    file = tmp_path / "cards.json"
    file.write_text(json.dumps(cards))
    ran = subprocess.run([str(NODE), str(PARSE), str(modules), str(file)], check=True, capture_output=True, text=True)  # noqa: S603
    assert json.loads(ran.stdout) == [[] for _ in cards]


def test_genesys_and_xapi_take_texts_as_strings_of_their_own_fields() -> None:
    with opened("xapi") as stage:
        channel = stage.open()
        assert isinstance(channel, XapiChannel)
        usual = channel.statement(stage.outgoing())
        for told in messages():
            said = genesys.recognition(told)
            assert said.keys() == {"recipientId", "type", "title", "note"}
            assert (len(said["title"]) <= 100, len(said["note"]) <= 800) == (True, True)
            assert said["note"].endswith(f"({told.key[:12]})")
            statement = channel.statement(told)
            assert statement.keys() == usual.keys()
            assert statement["object"]["definition"]["name"] == {"en": told.title}
            assert statement["object"]["id"] == "https://ladder.example/xapi/academy/badges/KUDOS"


@pytest.mark.parametrize("kind", ["slack", "teams", "connect", "genesys", "xapi", "mail"])
def test_every_service_takes_the_worst_texts(kind: str) -> None:
    with opened(kind) as stage:
        channel = stage.open()
        for number, text in enumerate((*OWN, "x" * 40_000, "ß" * 20_000)):
            channel.send(stage.outgoing(key=f"{number:032x}", title=text, paragraphs=(text,)))
            stage.clock.sleep(2)
        assert stage.visible == len(OWN) + 2
