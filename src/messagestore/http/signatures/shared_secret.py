"""A secret in a header, for senders that do not sign: BuilderBot, Baileys, a bridge of your own."""

from messagestore.http.signatures.request import SignedRequest, same

HEADER = "X-Webhook-Secret"


def is_signed(request: SignedRequest, secret: str) -> bool:
    """Whether the request carries the secret."""
    return same(request.header(HEADER), secret)
