"""Searching to the end, in pages of any size."""

from messagestore import MessageStore


async def find_all(
    store: MessageStore, context_id: str | None, query: str, *, limit: int = 1000
) -> list[str | None]:
    """Return what a search finds, page by page, newest first."""
    found: list[str | None] = []
    before: str | None = None
    while True:
        page = await store.service.search_messages(context_id, query, limit, before=before)
        assert len(page) <= limit
        found += [message.content for message in page]
        if page.next is None:
            return found
        before = page.next
