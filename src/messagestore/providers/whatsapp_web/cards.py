"""Messages that are shown as a card: orders, products, invitations, events."""

from messagestore.message import MediaType
from messagestore.providers.content import Content
from messagestore.providers.fields import child, first_text, number, present, text
from messagestore.providers.payload import JsonObject


def order_content(part: JsonObject) -> Content:
    """Return the content of an order; what was ordered is on WhatsApp's side."""
    return Content(
        content=first_text(part, "message", "orderTitle"),
        media_type=MediaType.ORDER,
        metadata=present(
            order_id=text(part, "orderId"),
            order_title=text(part, "orderTitle"),
            order_item_count=number(part, "itemCount"),
        ),
    )


def product_content(part: JsonObject) -> Content:
    """Return the content of a product that is shown."""
    product = child(part, "product")
    return Content(
        content=text(part, "body") or text(product, "title"),
        metadata=present(
            product_retailer_id=first_text(product, "retailerId", "productId"),
            product_title=text(product, "title"),
        ),
    )


def invitation_content(part: JsonObject) -> Content:
    """Return the content of an invitation to a group or channel."""
    return Content(
        content=first_text(part, "caption", "groupName", "newsletterName"),
        metadata=present(
            invited_to=first_text(part, "groupJid", "newsletterJid"),
            invited_to_name=first_text(part, "groupName", "newsletterName"),
        ),
    )


def event_content(part: JsonObject) -> Content:
    """Return the content of an event that people are invited to."""
    return Content(
        content=text(part, "name"),
        metadata=present(
            event_description=text(part, "description"),
            event_starts=first_text(part, "startTime"),
            location_name=text(part, "location", "name"),
        ),
    )
