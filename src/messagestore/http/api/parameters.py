"""Parameters that several routes take."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from messagestore.repository.page import MAX_LIMIT

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="How many there are in a page.")]
Before = Annotated[
    str | None, Query(description="`next` of the page before, to read on from there.")
]
Context = Annotated[str, Path(description="The `context_id` of the conversation.")]
OneContext = Annotated[
    str | None, Query(description="The `context_id` of a conversation; without it, all of them.")
]
Identifier = Annotated[UUID, Path(description="The `id` of the message.")]
