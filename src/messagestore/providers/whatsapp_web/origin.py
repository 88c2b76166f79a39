"""What a message says of its origin: what it answers, forwarding, mentions, an advertisement."""

from typing import Any

from messagestore.providers.fields import child, clean, flag, identifier, number, present, text
from messagestore.providers.payload import JsonObject
from messagestore.providers.whatsapp_web.addresses import plain

_OFTEN = 5
"""Times; WhatsApp then shows two arrows."""


def reply_to(info: JsonObject) -> str | None:
    """Return the id, within its chat, of the message that this one answers."""
    return identifier(info, "stanzaId") if isinstance(info.get("stanzaId"), str) else None


def about_origin(info: JsonObject) -> dict[str, Any]:
    """Return the lifted fields of a `contextInfo`."""
    score = number(info, "forwardingScore") or 0
    advertisement = child(info, "externalAdReply")
    return present(
        forwarded=flag(info, "isForwarded") or None,
        frequently_forwarded=True if score >= _OFTEN else None,
        reply_to_sender=_plain(text(info, "participant")),
        mention_ids=[plain(clean(jid)) for jid in _texts(info.get("mentionedJid"))] or None,
        expires_after=number(info, "expiration") or None,
        referral_source_id=text(advertisement, "sourceId"),
        referral_source_type=text(advertisement, "sourceType"),
        referral_source_url=text(advertisement, "sourceUrl"),
        referral_headline=text(advertisement, "title"),
        ctwa_clid=text(advertisement, "ctwaClid"),
    )


def _plain(address: str | None) -> str | None:
    return plain(clean(address)) if address else None


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
