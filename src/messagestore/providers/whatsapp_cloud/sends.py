"""What the bot sends through Meta's API: `POST …/<phone number id>/messages`, and what came back.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
"""

import re
from contextlib import suppress
from typing import Self

import msgspec

from messagestore.errors import InvalidMessage, InvalidPayload
from messagestore.event import Event
from messagestore.message import Direction, NewMessage, Status
from messagestore.providers.content import composed
from messagestore.providers.fields import child, children, identifier, present, text
from messagestore.providers.payload import JsonObject, decode_object
from messagestore.providers.redaction import without_secrets
from messagestore.providers.whatsapp_cloud.change import Change, phone
from messagestore.providers.whatsapp_cloud.contents import content_of
from messagestore.providers.whatsapp_cloud.failure import sentence_of
from messagestore.providers.whatsapp_cloud.messages import message_event
from messagestore.providers.whatsapp_cloud.parties import PartiesWithProfile

_SEND = re.compile(r"(/v[\d.]+)?/(?P<phone_number_id>\d+)/(marketing_)?messages/?")
_FIRST_ERROR = 400


def may_send(method: str, path: str) -> bool:
    """Return whether a request is one of those that send, by its path alone."""
    return method == "POST" and _SEND.fullmatch(path) is not None


class Send(msgspec.Struct, frozen=True, kw_only=True):
    """A request that sends a message or a reaction."""

    phone_number_id: str
    body: JsonObject

    @classmethod
    def of(cls, method: str, path: str, body: bytes) -> Self | None:
        """Read a request; None where it sends nothing.

        To the same path go `{"status": "read"}`, the sign of typing, and the pinning of a message.
        """
        found = _SEND.fullmatch(path) if method == "POST" else None
        if found is None:
            return None
        with suppress(InvalidPayload):
            said = decode_object(body)
            if "status" not in said and said.get("type") != "pin":
                return cls(phone_number_id=found["phone_number_id"], body=said)
        return None

    @property
    def user_id(self) -> str | None:
        """The BSUID that it goes to; a number goes before one (Meta, `recipient`)."""
        return None if self.body.get("to") else identifier(self.body, "recipient")

    def message(
        self, *, message_id: str, business: str | None = None, person: str | None = None
    ) -> NewMessage | None:
        """Return the message that it sends, as queued; None for a reaction. Raises InvalidMessage.

        `business` is the business's own number, `person` whom the BSUID stands for.
        """
        if self._is_reaction:
            return None
        change, parties = self._change(business), self._parties(business, person)
        kind = text(self.body, "type") or "text"
        return composed(
            parties,
            content_of(self.body | {"type": kind}),
            message_id=message_id,
            status=Status.QUEUED,
            reply_to_message_id=identifier(self.body, "context", "message_id"),
            metadata=change.metadata() | present(kind=kind, user_id=self.user_id),
            raw=without_secrets(self.body),
        )

    def reaction(self, *, business: str | None = None) -> Event | None:
        """Return the reaction that it sets or takes back, if it does. Raises InvalidMessage."""
        if not self._is_reaction:
            return None
        parties = self._parties(business, None)
        return message_event(self._change(business), self.body, parties)

    @property
    def _is_reaction(self) -> bool:
        return self.body.get("type") == "reaction"

    def _change(self, business: str | None) -> Change:
        return Change(
            field="messages",
            waba_id=None,
            phone_number_id=self.phone_number_id,
            display_phone_number=business,
            contacts=[],
            errors=[],
        )

    def _parties(self, business: str | None, person: str | None) -> PartiesWithProfile:
        recipient = person or phone(self.body, "to") or self.user_id
        if recipient is None:
            raise InvalidMessage("neither to nor recipient names the recipient", field="to")
        group = recipient if self.body.get("recipient_type") == "group" else None
        return PartiesWithProfile.between(
            self._change(business), recipient, {}, direction=Direction.OUTGOING, group=group
        )


class Response(msgspec.Struct, frozen=True):
    """What Meta answered: the message's id and the person's number, or the reason of a refusal.

    The number is left out for what went to a BSUID (Meta, business-scoped user IDs).
    """

    message_id: str | None = None
    wa_id: str | None = None
    error: str | None = None


def response_of(status_code: int, body: bytes) -> Response:
    """Return what an answer says; one that cannot be read was a success by its code alone."""
    try:
        answer = decode_object(body)
    except InvalidPayload:
        answer = {}
    if status_code >= _FIRST_ERROR:
        return Response(error=_error_of(child(answer, "error")) or f"HTTP {status_code}")
    first = [*children(answer, "messages"), {}][0]
    person = [*children(answer, "contacts"), {}][0]
    return Response(message_id=identifier(first, "id"), wa_id=identifier(person, "wa_id"))


def sent_message(queued: NewMessage, response: Response) -> NewMessage:
    """Return a message as Meta took it: a number may be written otherwise than it was asked for.

    A Brazilian or Mexican number has a digit more or less; what comes in has the one of the answer.
    """
    person = response.wa_id or queued.recipient
    return msgspec.structs.replace(
        queued,
        message_id=response.message_id or queued.message_id,
        context_id=person,
        recipient=person,
        status=Status.SENT,
    )


def _error_of(error: JsonObject) -> str | None:
    """Return a refusal as the status of a failed message has it: without `(#131030)` again."""
    if not error:
        return None
    said = re.sub(r"^\(#\d+\) ", "", text(error, "message") or "")
    return sentence_of(error | {"message": said})
