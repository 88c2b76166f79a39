"""Shared contacts, which WhatsApp sends as vCards (RFC 6350)."""

import re
from collections.abc import Iterable
from typing import Any

from messagestore.providers.fields import present

_PHONE = re.compile(r"^(?:item\d+\.)?TEL(?P<about>[^:\r\n]*):(?P<number>[^\r\n]+)", re.MULTILINE)
_WHATSAPP = re.compile(r"waid=(\d+)", re.ASCII)
_NAME = re.compile(r"^FN[^:\r\n]*:(?P<name>[^\r\n]+)", re.MULTILINE)


def about_contacts(names: Iterable[str | None], cards: Iterable[str | None]) -> dict[str, Any]:
    """Return the lifted names and numbers; a card's own name counts where none is given."""
    texts = [card for card in cards if card]
    given = [name for name in names if name]
    phones = [_phone(match) for card in texts for match in _PHONE.finditer(card)]
    return present(
        contact_names=given or [found for card in texts if (found := _name(card))] or None,
        contact_phones=phones or None,
    )


def _phone(match: re.Match[str]) -> str:
    whatsapp = _WHATSAPP.search(match["about"])
    return whatsapp[1] if whatsapp else match["number"].strip()


def _name(card: str) -> str | None:
    match = _NAME.search(card)
    return match["name"].strip() if match else None
