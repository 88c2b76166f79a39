"""Addresses of people and groups, as the libraries below BuilderBot write them.

=====================================  ==========================================================
address                                what it is
=====================================  ==========================================================
``15550100@s.whatsapp.net``, ``@c.us`` a person; stored as the digits, as the Cloud API has them
``15550100:12@s.whatsapp.net``         one device of that person; stored as the digits
``120363…@g.us``                       a group; stored as it is
``98765@lid``                          a person whose number is hidden; stored as it is
``-100123``                            a group of Telegram; stored as it is
=====================================  ==========================================================
"""

import re

_GROUP = re.compile(r".+@g\.us|-\d+", re.ASCII | re.DOTALL)
_PERSON = re.compile(r"(\d+)(:\d+)?@(s\.whatsapp\.net|c\.us)", re.ASCII)


def is_group(address: str | None) -> bool:
    """Return whether an address is a group's."""
    return address is not None and _GROUP.fullmatch(address) is not None


def plain(address: str) -> str:
    """Return a person's digits, and any other address as it is."""
    person = _PERSON.fullmatch(address)
    return person[1] if person else address
