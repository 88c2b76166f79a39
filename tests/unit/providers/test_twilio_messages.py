import json
from datetime import UTC, datetime

import pytest

from messagestore.errors import InvalidPayload
from messagestore.event import Ignored, Refused
from messagestore.message import ContextType, Direction, MediaType, Message
from messagestore.providers import get_provider
from messagestore.providers.twilio.addresses import channel_of, plain
from tests.unit.providers.bodies import BUSINESS, PERSON, only_message, twilio

WHATSAPP = {"From": f"whatsapp:+{PERSON}", "To": f"whatsapp:+{BUSINESS}"}


@pytest.mark.parametrize(
    ("address", "channel", "stored"),
    [
        ("+13125550177", "sms", "+13125550177"),
        ("+1 (312) 555-0177", "sms", "+13125550177"),
        ("72975", "sms", "72975"),
        ("BANKNAME", "sms", "BANKNAME"),
        ("whatsapp:+13125550177", "whatsapp", "13125550177"),
        ("WhatsApp:+1 312 555 0177", "whatsapp", "13125550177"),
        ("whatsapp:US.1349120865", "whatsapp", "US.1349120865"),
        ("rcs:+13125550177", "rcs", "+13125550177"),
        ("rcs:brand_agent", "rcs", "rcs:brand_agent"),
        ("messenger:5550001112", "messenger", "messenger:5550001112"),
        ("", "sms", ""),
    ],
)
def test_an_address_names_a_channel_and_a_person(address: str, channel: str, stored: str) -> None:
    assert channel_of(address) == channel
    assert plain(address) == stored


def test_an_sms() -> None:
    new = only_message(twilio())
    assert (new.message_id, new.content, new.direction) == ("SM1", "hello", Direction.INCOMING)
    assert (new.sender, new.recipient, new.context_id) == (
        "+13125550177",
        "+12025550100",
        new.sender,
    )
    assert (new.created_at, new.media_type, new.context_type) == (None, None, ContextType.PRIVATE)
    assert new.metadata["kind"] == "text"
    assert new.metadata["channel"] == "sms"
    assert new.metadata["raw"]["NumMedia"] == "0"


def test_an_old_webhook_has_only_an_sms_sid() -> None:
    assert only_message(twilio(MessageSid=None, SmsSid="SM2")).message_id == "SM2"


def test_a_message_of_whatsapp_has_names_and_is_in_the_context_of_its_digits() -> None:
    new = only_message(
        twilio(
            **WHATSAPP,
            WaId="5213125550177",
            ProfileName="Ana",
            ExternalUserId="whatsapp:US.77",
            Forwarded="true",
            FrequentlyForwarded="false",
            MessageType="text",
            OriginalRepliedMessageSid="SM0",
            OriginalRepliedMessageSender=WHATSAPP["To"],
        )
    )
    assert (new.sender, new.recipient, new.context_id) == (PERSON, BUSINESS, PERSON)
    assert new.reply_to_message_id == "SM0"
    lifted = {
        "wa_id": "5213125550177", "profile_name": "Ana", "user_id": "US.77", "forwarded": True,
        "channel": "whatsapp", "reply_to_sender": BUSINESS,
    }  # fmt: skip
    assert new.metadata.items() >= lifted.items()
    assert "frequently_forwarded" not in new.metadata


@pytest.mark.parametrize("hidden", [{"From": "whatsapp:US.77"}, {"From": ""}])
def test_a_person_without_a_number_is_their_user_id(hidden: dict[str, str]) -> None:
    new = only_message(twilio(**(WHATSAPP | hidden), ExternalUserId="whatsapp:US.77"))
    assert (new.sender, new.context_id, new.metadata["user_id"]) == ("US.77", "US.77", "US.77")


def test_often_forwarded_is_forwarded() -> None:
    metadata = only_message(twilio(FrequentlyForwarded="true")).metadata
    assert metadata["forwarded"] is metadata["frequently_forwarded"] is True


def test_the_first_of_several_files_is_in_the_columns_and_all_in_the_metadata() -> None:
    files = {
        "MediaUrl0": "https://x/0", "MediaContentType0": "video/mp4",
        "MediaUrl1": "https://x/1", "MediaContentType1": "image/png",
        "MediaUrl2": "https://x/2",
    }  # fmt: skip
    new = only_message(twilio(NumMedia=3, Body="", **files))
    assert (new.media_url, new.media_content_type) == ("https://x/0", "video/mp4")
    assert (new.media_type, new.content, new.metadata["kind"]) == (MediaType.VIDEO, None, "video")
    assert new.metadata["attachments"] == [
        {"url": "https://x/0", "content_type": "video/mp4"},
        {"url": "https://x/1", "content_type": "image/png"},
        {"url": "https://x/2"},
    ]


def test_a_sticker_and_a_card_are_told_from_other_files() -> None:
    sticker = twilio(MessageType="sticker", MediaUrl0="u", MediaContentType0="image/webp")
    assert only_message(sticker).media_type is MediaType.STICKER
    card = twilio(MessageType="contacts", MediaUrl0="u", MediaContentType0="text/vcard")
    assert only_message(card).media_type is MediaType.CONTACTS
    assert only_message(twilio(NumMedia=1)).media_type is MediaType.OTHER


def test_a_place() -> None:
    new = only_message(
        twilio(Body="", Latitude="-34.5889", Longitude="-58.43", Label="Plaza", Address="Calle 1")
    )
    assert (new.content, new.media_type) == ("Plaza", MediaType.LOCATION)
    place = {
        "latitude": -34.5889, "longitude": -58.43, "location_name": "Plaza",
        "location_address": "Calle 1", "kind": "location",
    }  # fmt: skip
    assert new.metadata.items() >= place.items()


@pytest.mark.parametrize("word", ["nan", "1e5", "north", "inf", "٣"])
def test_a_place_of_no_number_counts_as_absent(word: str) -> None:
    assert "latitude" not in only_message(twilio(Latitude=word, Longitude="1")).metadata


def test_a_tapped_button_and_a_tapped_row() -> None:
    button = only_message(twilio(Body="", ButtonText="Yes", ButtonPayload="YES-1"))
    row = only_message(twilio(Body="", ListTitle="Rye", ListId="RYE", ListDescription="dark"))
    assert (button.content, button.metadata["kind"]) == ("Yes", "button")
    assert (row.content, row.metadata["kind"]) == ("Rye", "interactive")
    assert button.metadata["reply_id"] == "YES-1"
    assert row.metadata.items() >= {"reply_id": "RYE", "reply_description": "dark"}.items()


@pytest.mark.parametrize("name", ["InteractiveData", "FlowData"])
def test_the_answers_of_a_flow(name: str) -> None:
    new = only_message(twilio(Body="", **{name: '{"day": "monday"}'}))
    assert new.metadata["flow_response"] == {"day": "monday"}
    assert "flow_response" not in only_message(twilio(**{name: "{"})).metadata


def test_an_advertisement_led_here() -> None:
    new = only_message(
        twilio(ReferralSourceId="238", ReferralCtwaClid="c", ReferralHeadline="Bread")
    )
    led = {"referral_source_id": "238", "ctwa_clid": "c", "referral_headline": "Bread"}
    assert new.metadata.items() >= led.items()


def test_stop_is_a_message() -> None:
    new = only_message(twilio(Body="STOP", OptOutType="STOP"))
    assert (new.content, new.metadata["opt_out_type"]) == ("STOP", "STOP")


def test_a_group_mms_is_one_context_whoever_writes() -> None:
    ana, joe = "+12025550111", "+12025550122"
    one = only_message(twilio(From=ana, OtherRecipients0=joe))
    other = only_message(twilio(From=joe, OtherRecipients0=ana))
    assert one.context_id == other.context_id == f"{ana},{joe}"
    assert one.context_type is ContextType.GROUP
    assert (one.sender, other.sender) == (ana, joe)


def test_nul_and_what_is_not_utf_8_are_replaced_and_counted() -> None:
    body = b"MessageSid=SM1&From=%2B1&To=%2B2&NumMedia=0&Body=a%00b%FFc"
    new = only_message(get_provider("twilio").parse(body))
    message = Message.from_new(new, now=datetime(2026, 3, 1, tzinfo=UTC))
    assert message.content == "a\ufffdb\ufffdc"
    assert message.metadata["messagestore"]["replaced"]["content"] == 2


def test_a_message_without_ends_is_refused() -> None:
    assert twilio(From=None) == [Refused(reason="webhook[0]: From is missing")]
    assert twilio(To=None) == [Refused(reason="webhook[0]: To is missing")]


def test_other_webhooks_of_twilio_are_ignored_and_other_forms_refused() -> None:
    [event] = get_provider("twilio").parse(b"AccountSid=AC1&CallSid=CA1&CallStatus=ringing")
    assert isinstance(event, Ignored)
    with pytest.raises(InvalidPayload, match="not Twilio's"):
        get_provider("twilio").parse(b"user=me&comment=private")


@pytest.mark.parametrize("document", [[], {}, {"object": "page"}, [1, "x"]])
def test_json_of_others_is_refused(document: object) -> None:
    with pytest.raises(InvalidPayload, match="neither an event of Event Streams"):
        get_provider("twilio").parse(json.dumps(document).encode())
