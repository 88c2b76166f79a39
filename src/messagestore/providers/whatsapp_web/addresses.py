"""Addresses of people and groups (JIDs), as the libraries write them.

=====================================  ==========================================================
address                                what it is
=====================================  ==========================================================
``15550100@s.whatsapp.net``, ``@c.us`` a person; stored as the digits, as the Cloud API has them
``15550100:12@s.whatsapp.net``         one device of that person; stored as the digits
``120363…@g.us``                       a group; stored as it is
``98765@lid``                          a person whose number is hidden; stored as it is
``98765:12@lid``                       one device of that person; stored as ``98765@lid``
``120363…@newsletter``                 a channel; stored as it is
``status@broadcast``                   what people show to all their contacts; stored as it is
``1700000000@broadcast``               a list of people who each get a private message
``-100123``                            a group of Telegram; stored as it is
=====================================  ==========================================================
"""

import re
from collections.abc import Iterable

STATUS = "status@broadcast"

_GROUP = re.compile(r".+@g\.us|-\d+", re.ASCII | re.DOTALL)
_PERSON = re.compile(r"(\d+)(?:[:.]\d+)*@(s\.whatsapp\.net|c\.us)", re.ASCII)
_DEVICE_OF_HIDDEN = re.compile(r"(\d+)(?::\d+)@lid", re.ASCII)


def is_group(address: str | None) -> bool:
    """Return whether an address is a group's."""
    return address is not None and _GROUP.fullmatch(address) is not None


def is_channel(address: str) -> bool:
    """Return whether an address is a channel's, which speaks to all its followers."""
    return address.endswith("@newsletter")


def is_broadcast_list(address: str) -> bool:
    """Return whether an address is a list of people; what is sent to it reaches each in private."""
    return address.endswith("@broadcast") and address != STATUS


def is_hidden(address: str) -> bool:
    """Return whether an address stands for a person without telling the number."""
    return address.endswith("@lid")


def plain(address: str) -> str:
    """Return a person's digits, a hidden person without the device, any other as it is."""
    if person := _PERSON.fullmatch(address):
        return person[1]
    hidden = _DEVICE_OF_HIDDEN.fullmatch(address)
    return f"{hidden[1]}@lid" if hidden else address


def best(addresses: Iterable[str | None]) -> str | None:
    """Return the first address that tells a number, else the first of all.

    A message has a person's two addresses in either order: the number is the second where a chat
    is addressed by hidden ids, and the first where it is not.
    """
    known = [address for address in addresses if address]
    return next((found for found in known if not is_hidden(found)), known[0] if known else None)
