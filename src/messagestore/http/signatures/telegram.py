"""Telegram: the `secret_token` that setWebhook was given, in a header of each request.

https://core.telegram.org/bots/api#setwebhook
"""

from messagestore.http.signatures.request import SignedRequest, same

HEADER = "X-Telegram-Bot-Api-Secret-Token"


def is_signed(request: SignedRequest, secret: str) -> bool:
    """Whether the request carries the token."""
    return same(request.header(HEADER), secret)
