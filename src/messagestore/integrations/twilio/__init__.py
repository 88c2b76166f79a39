"""Twilio's own library: what a bot sends, and what it answers to webhooks.

Comes with `pip install messagestore[twilio]`. How to use it: docs/howto/twilio.md.
"""

try:
    import twilio  # noqa: F401 (whether it is installed)
except ModuleNotFoundError as error:
    sentence = "twilio is not installed: pip install 'messagestore[twilio]'"
    raise ModuleNotFoundError(sentence, name=error.name) from error

from messagestore.integrations.twilio.asgi import TwilioMiddleware
from messagestore.integrations.twilio.client import AsyncStoringHttpClient, StoringHttpClient
from messagestore.integrations.twilio.wsgi import TwilioWsgiMiddleware

__all__ = [
    "AsyncStoringHttpClient",
    "StoringHttpClient",
    "TwilioMiddleware",
    "TwilioWsgiMiddleware",
]
