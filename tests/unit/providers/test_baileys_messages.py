from typing import Any

import pytest

from messagestore.errors import InvalidPayload
from messagestore.event import Event, Ignored, MessageReceived, Refused
from messagestore.message import ContextType, Direction, MediaType, NewMessage, Status
from messagestore.providers import get_provider
from messagestore.providers.redaction import REMOVED

from .bodies import only_message, parse

BOT, PERSON, GROUP = "12025550100", "13125550177", "120363000000000042@g.us"
JID, HIDDEN = f"{PERSON}@s.whatsapp.net", "98765@lid"
ME = {"id": f"{BOT}:4@s.whatsapp.net"}


def wa(message: Any, *, chat: str = JID, **fields: Any) -> dict[str, Any]:
    key = {"remoteJid": chat, "fromMe": False, "id": "3EB0AA"} | fields.pop("key", {})
    return {"key": key, "message": message, "messageTimestamp": 1788000000} | fields


def upsert(*messages: Any) -> list[Event]:
    data = {"messages": list(messages), "type": "notify"}
    return parse("baileys", {"event": "messages.upsert", "data": data, "me": ME})


def read(message: Any, **fields: Any) -> NewMessage:
    return only_message(upsert(wa(message, **fields)))


def test_a_text_is_read_with_everything_around_it() -> None:
    new = read({"messageContextInfo": {"deviceListMetadataVersion": 2}, "conversation": "hola"})
    assert new.message_id == f"whatsapp:{BOT}:{PERSON}:3EB0AA"
    assert (new.sender, new.recipient, new.context_id) == (PERSON, BOT, PERSON)
    assert (new.direction, new.context_type) == (Direction.INCOMING, ContextType.PRIVATE)
    assert (new.content, new.metadata["kind"], new.status) == ("hola", "text", None)
    assert new.created_at is not None
    assert new.created_at.timestamp() == 1788000000


def test_messages_come_alone_in_an_array_or_in_an_event() -> None:
    one = wa({"conversation": "hola"})
    for body in (one, [one], {"messages": [one]}):
        new = only_message(parse("baileys", body))
        assert new.message_id == f"whatsapp:unknown:{PERSON}:3EB0AA"
        assert new.recipient == "unknown"


def test_the_account_counts_where_the_body_does_not_name_it() -> None:
    body = b'{"key": {"remoteJid": "1@c.us", "id": "A"}, "message": {"conversation": "x"}}'
    [event] = get_provider("baileys").parse(body, account=BOT)
    assert isinstance(event, MessageReceived)
    assert event.message.message_id == f"whatsapp:{BOT}:1:A"


@pytest.mark.parametrize(("first", "second"), [(HIDDEN, JID), (JID, HIDDEN)])
def test_of_two_addresses_the_number_is_the_person_and_the_first_is_in_the_id(
    first: str, second: str
) -> None:
    """Receipts carry the first address only: an id with the other would never get its status."""
    new = read({"conversation": "x"}, chat=first, key={"remoteJidAlt": second})
    assert (new.context_id, new.sender) == (PERSON, PERSON)
    chat = HIDDEN if first == HIDDEN else PERSON
    assert new.message_id == f"whatsapp:{BOT}:{chat}:3EB0AA"
    in_group = read(
        {"conversation": "x"}, chat=GROUP, key={"participant": first, "participantAlt": second}
    )
    assert (in_group.context_id, in_group.sender) == (GROUP, PERSON)
    assert in_group.context_type is ContextType.GROUP


def test_a_number_told_by_version_six_and_one_that_stays_hidden() -> None:
    assert read({"conversation": "x"}, chat=HIDDEN, key={"senderPn": JID}).context_id == PERSON
    assert read({"conversation": "x"}, chat="98765:3@lid").context_id == HIDDEN


def test_what_the_bot_sent_is_as_far_as_its_status_says() -> None:
    for told, status in ((0, "failed"), (1, "queued"), ("SERVER_ACK", "sent"), (None, "sent")):
        new = read({"conversation": "x"}, key={"fromMe": True}, status=told)
        assert (new.direction, new.status) == (Direction.OUTGOING, status)
        assert (new.sender, new.recipient) == (BOT, PERSON)
        assert (new.error_message is None) == (status != "failed")
    assert read({"conversation": "x"}, status=4).status is Status.READ
    assert read({"conversation": "x"}, status=1).status is Status.DELIVERED


@pytest.mark.parametrize(
    ("chat", "context", "kind"),
    [
        ("status@broadcast", "status@broadcast", ContextType.GROUP),
        ("1700000000@broadcast", PERSON, ContextType.PRIVATE),
        ("120363000000000001@newsletter", "120363000000000001@newsletter", ContextType.GROUP),
    ],
)
def test_channels_statuses_and_lists(chat: str, context: str, kind: ContextType) -> None:
    participant = {} if chat.endswith("@newsletter") else {"participant": JID}
    new = read({"conversation": "x"}, chat=chat, key=participant)
    assert (new.context_id, new.context_type) == (context, kind)
    assert new.sender == (chat if chat.endswith("@newsletter") else PERSON)


@pytest.mark.parametrize(
    ("key", "media_type", "kind"),
    [
        ("imageMessage", MediaType.IMAGE, "image"),
        ("videoMessage", MediaType.VIDEO, "video"),
        ("ptvMessage", MediaType.VIDEO, "video"),
        ("audioMessage", MediaType.AUDIO, "audio"),
        ("documentMessage", MediaType.DOCUMENT, "document"),
        ("stickerMessage", MediaType.STICKER, "sticker"),
        ("locationMessage", MediaType.LOCATION, "location"),
        ("liveLocationMessage", MediaType.LOCATION, "location"),
        ("contactMessage", MediaType.CONTACTS, "contacts"),
        ("contactsArrayMessage", MediaType.CONTACTS, "contacts"),
        ("orderMessage", MediaType.ORDER, "order"),
        ("pollCreationMessage", MediaType.POLL, "poll"),
        ("pollCreationMessageV2", MediaType.POLL, "poll"),
        ("pollCreationMessageV3", MediaType.POLL, "poll"),
        ("pollCreationMessageV5", MediaType.POLL, "poll"),
        ("hologramMessage", None, "hologram"),
    ],
)
def test_every_kind_of_media(key: str, media_type: MediaType | None, kind: str) -> None:
    new = read({key: {"caption": "look"}})
    assert (new.media_type, new.metadata["kind"]) == (media_type, kind)


@pytest.mark.parametrize("size", ["1500", 1500, {"low": 1500, "high": 0, "unsigned": True}])
def test_media_through_wrappers(size: Any) -> None:
    document = {"mimetype": "application/pdf", "fileName": "a.pdf", "caption": "c",
                "fileLength": size, "url": "https://media.example.com/1.enc"}  # fmt: skip
    wrapped = {"documentWithCaptionMessage": {"message": {"documentMessage": document}}}
    new = read({"ephemeralMessage": {"message": {"viewOnceMessageV2": {"message": wrapped}}}})
    assert (new.content, new.media_size, new.media_content_type) == ("c", 1500, "application/pdf")
    assert (new.metadata["filename"], new.metadata["view_once"]) == ("a.pdf", True)
    assert new.media_url == "https://media.example.com/1.enc"
    poll = {"pollCreationMessageV4": {"message": {"pollCreationMessage": {"name": "?"}}}}
    assert (read(poll).media_type, read(poll).content) == (MediaType.POLL, "?")


@pytest.mark.parametrize(
    ("message", "content", "lifted"),
    [
        ({"buttonsMessage": {"contentText": "When?", "buttons": [
            {"buttonText": {"displayText": "Now"}}]}}, "When?", {"buttons": ["Now"]}),
        ({"listMessage": {"title": "Menu", "description": "Pick", "sections": [
            {"rows": [{"title": "Tea", "rowId": "t"}]}]}}, "Pick", {"buttons": ["Tea"]}),
        ({"templateMessage": {"hydratedTemplate": {"hydratedContentText": "Hi",
            "hydratedButtons": [{"quickReplyButton": {"displayText": "Yes", "id": "y"}}]}}},
            "Hi", {"buttons": ["Yes"]}),
        ({"interactiveMessage": {"body": {"text": "Pick"}, "nativeFlowMessage": {"buttons": [
            {"name": "quick_reply", "buttonParamsJson": '{"display_text": "Go"}'}]}}},
            "Pick", {"buttons": ["Go"]}),
        ({"buttonsResponseMessage": {"selectedButtonId": "n", "selectedDisplayText": "Now"}},
            "Now", {"kind": "button", "reply_id": "n", "reply_title": "Now"}),
        ({"templateButtonReplyMessage": {"selectedId": "y", "selectedDisplayText": "Yes"}},
            "Yes", {"reply_id": "y"}),
        ({"listResponseMessage": {"title": "Tea", "singleSelectReply": {"selectedRowId": "t"}}},
            "Tea", {"kind": "interactive", "reply_id": "t"}),
        ({"interactiveResponseMessage": {"body": {"text": "Go"}, "nativeFlowResponseMessage": {
            "name": "menu", "paramsJson": '{"id": "g"}'}}},
            "Go", {"reply_id": "g", "reply_name": "menu", "flow_response": {"id": "g"}}),
        ({"pollCreationMessageV3": {"name": "Which?", "options": [{"optionName": "A"}]}},
            "Which?", {"poll_options": ["A"]}),
        ({"productMessage": {"product": {"productId": "7", "title": "Loaf"}}},
            "Loaf", {"product_retailer_id": "7"}),
        ({"groupInviteMessage": {"groupJid": GROUP, "groupName": "Bread", "caption": "Come"}},
            "Come", {"invited_to": GROUP, "invited_to_name": "Bread"}),
        ({"eventMessage": {"name": "Fair", "description": "Sunday"}},
            "Fair", {"kind": "event", "event_description": "Sunday"}),
        ({"contactMessage": {"displayName": "Ben", "vcard": "BEGIN:VCARD\nTEL;waid=1555:+1 555"}},
            None, {"contact_names": ["Ben"], "contact_phones": ["1555"]}),
    ],
)  # fmt: skip
def test_what_was_seen_is_the_content(
    message: Any, content: str | None, lifted: dict[str, Any]
) -> None:
    new = read(message)
    assert new.content == content
    assert {key: new.metadata.get(key) for key in lifted} == lifted


def test_an_answer_a_forward_and_an_advertisement() -> None:
    info = {
        "stanzaId": "Q1", "participant": f"{BOT}@s.whatsapp.net", "isForwarded": True,
        "forwardingScore": 7, "mentionedJid": [JID], "expiration": 86400,
        "externalAdReply": {"title": "Bread", "sourceId": "9", "ctwaClid": "c"},
    }  # fmt: skip
    new = read({"extendedTextMessage": {"text": "yes", "contextInfo": info}})
    assert new.reply_to_message_id == f"whatsapp:{BOT}:{PERSON}:Q1"
    expected = {
        "reply_to_sender": BOT, "forwarded": True, "frequently_forwarded": True,
        "mention_ids": [PERSON], "expires_after": 86400, "referral_headline": "Bread",
        "referral_source_id": "9", "ctwa_clid": "c",
    }  # fmt: skip
    assert {key: new.metadata[key] for key in expected} == expected


def test_a_vote_answers_its_poll() -> None:
    vote = {"pollCreationMessageKey": {"id": "P1"}, "vote": {"encPayload": "AA=="}}
    new = read({"pollUpdateMessage": vote})
    assert new.metadata["kind"] == "poll_vote"
    assert new.reply_to_message_id == f"whatsapp:{BOT}:{PERSON}:P1"


@pytest.mark.parametrize(("told", "word"), [(27, "group_participant_add"), (999, "stub_999"),
                                            ("GROUP_CREATE", "group_create")])  # fmt: skip
def test_a_stub_is_a_system_notice(told: Any, word: str) -> None:
    new = read(None, chat=GROUP, messageStubType=told, messageStubParameters=[JID])
    assert (new.metadata["kind"], new.metadata["system_type"]) == ("system", word)
    assert new.metadata["notice_about"] == [JID]


def test_a_message_that_is_waited_for_does_not_take_the_place_of_the_message() -> None:
    """With one id for both, the store would take the message for a redelivery, and drop it."""
    waiting = read(None, messageStubType=2)
    assert waiting.metadata["kind"] == "waiting"
    assert waiting.message_id == f"whatsapp:{BOT}:{PERSON}:waiting:3EB0AA"
    assert read({"conversation": "x"}).message_id == f"whatsapp:{BOT}:{PERSON}:3EB0AA"


def test_keys_and_protocol_messages_are_not_messages() -> None:
    for message in (
        {"senderKeyDistributionMessage": {"groupId": GROUP}},
        {"protocolMessage": {"type": "EPHEMERAL_SETTING"}},
        {"protocolMessage": {"type": 5, "key": {"id": "A"}}},
    ):
        assert isinstance(upsert(wa(message))[0], Ignored)


def test_files_are_not_kept_and_the_key_to_the_media_is() -> None:
    image = {"jpegThumbnail": "AAAA", "mediaKey": "k", "waveform": [1, 2]}
    raw = read({"imageMessage": image, "base64": "AAAA"}, apikey="k").metadata["raw"]
    assert raw["message"] == {
        "imageMessage": {"jpegThumbnail": REMOVED, "mediaKey": "k", "waveform": REMOVED},
        "base64": REMOVED,
    }
    assert raw["apikey"] == REMOVED


def test_one_broken_message_does_not_lose_the_others() -> None:
    good = wa({"conversation": "x"})
    broken = [5, wa({"conversation": "private"}, key={"id": None}), {"key": "private"}]
    first, *refused, last = upsert(good, *broken, good)
    assert only_message([first]) == only_message([last])
    assert len(refused) == 3
    for event in refused:
        assert isinstance(event, Refused)
        assert "private" not in event.reason


def test_what_is_no_event_is_not_read() -> None:
    for payload in (None, 5, "x"):
        with pytest.raises(InvalidPayload, match="an event or a message"):
            parse("baileys", payload)
    assert parse("baileys", []) == [Ignored(reason="an empty array")]
    [other] = parse("baileys", {"event": "presence.update", "data": {}})
    assert other == Ignored(reason="event presence_update carries no message")
