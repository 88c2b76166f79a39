"""TwiML: what a bot says in its response to a webhook, without a call of the API.

Twilio does not tell the ids of such messages, so each gets one from the message that it answers:
a webhook that is delivered twice is answered once in the store.
Source: https://www.twilio.com/docs/messaging/twiml
"""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from messagestore.errors import InvalidMessage, InvalidPayload
from messagestore.event import Event, MessageReceived, Refused
from messagestore.message import NewMessage, Status
from messagestore.providers.fields import checked_identifier
from messagestore.providers.payload import JsonObject, decode_form
from messagestore.providers.twilio.messages import message_id_of
from messagestore.providers.twilio.sends import outgoing_message
from messagestore.providers.twilio.statuses import is_status

_MESSAGE_VERBS = frozenset({"Message", "Sms"})


def answer_events(webhook: bytes, content_type: str, response: bytes) -> list[Event]:
    """Return the messages in the response to a webhook: TwiML, or a plain text, which is one.

    What follows a `<Redirect>` is never reached. The response to anything but a message, and one of
    another shape, sends nothing.
    """
    try:
        form = decode_form(webhook)
    except InvalidPayload:
        return []
    if message_id_of(form) is None or is_status(form):
        return []
    answers = enumerate(_answers(form, content_type.lower(), response), start=1)
    return [_event(form, answer, number) for number, answer in answers]


def _event(form: JsonObject, answer: JsonObject, number: int) -> Event:
    try:
        return MessageReceived(message=_message(form, answer, number))
    except InvalidMessage as error:
        return Refused(reason=f"answer {number}: {error}")


def _message(form: JsonObject, answer: JsonObject, number: int) -> NewMessage:
    answered = message_id_of(form)
    message_id = checked_identifier(f"twilio:{answered}:answer:{number}", "message_id")
    to_the_sender = answer["To"] == form.get("From")
    return outgoing_message(
        answer,
        message_id=message_id,
        status=Status.SENT,
        reply_to_message_id=answered if to_the_sender else None,
    )


def _answers(form: JsonObject, content_type: str, response: bytes) -> Iterator[JsonObject]:
    """Yield each message as the parameters of a request that would send it."""
    ends = {"AccountSid": form.get("AccountSid"), "From": form.get("To"), "To": form.get("From")}
    if content_type.startswith("text/plain"):
        if said := response.decode("utf-8", "replace").strip():
            yield ends | {"Body": said}
        return
    for verb in _verbs(response) if "xml" in content_type or "html" in content_type else ():
        given = {"From": verb.get("from"), "To": verb.get("to")}
        yield ends | {key: end for key, end in given.items() if end} | _said(verb)


def _verbs(response: bytes) -> Iterator[ET.Element]:
    """Yield the verbs that send something, up to where another document takes over."""
    if b"<!DOCTYPE" in response:  # no TwiML has one; entities could blow up
        return
    try:
        root = ET.fromstring(response)  # noqa: S314 (the bot's own answer, without a DOCTYPE)
    except (ET.ParseError, ValueError, LookupError):  # LookupError: an encoding of no such name
        return
    for verb in root if root.tag == "Response" else ():
        if verb.tag == "Redirect":
            return
        if verb.tag in _MESSAGE_VERBS and any(_said(verb).values()):
            yield verb


def _said(verb: ET.Element) -> JsonObject:
    """Return text and files: the text stands in the verb itself, or in `<Body>`."""
    bodies = [verb, *verb.findall("Body")]
    said = "".join((body.text or "").strip() for body in bodies)
    urls = [url for media in verb.findall("Media") if (url := (media.text or "").strip())]
    return {"Body": said or None, "MediaUrl": urls}
