"""Counters equal a recount after any sequence of operations."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messagestore import Direction, MediaType, MessageStore, Status
from messagestore.errors import MessageNotFound
from messagestore.event import MessageEdited, ReactionChanged
from tests.builders import new_message
from tests.integration.repository.recount import assert_counters_equal_recount

START = datetime(2026, 2, 1, tzinfo=UTC)
_numbers = itertools.count()

message_ids = st.integers(0, 5).map(lambda number: f"m{number}")
moments = st.integers(0, 9).map(lambda seconds: START + timedelta(seconds=seconds))

creations = st.fixed_dictionaries(
    {
        "message_id": message_ids,
        "context_id": st.sampled_from(["a", "b"]),
        "direction": st.sampled_from(Direction),
        "status": st.sampled_from([None, *Status]),
        "media_type": st.sampled_from([None, MediaType.IMAGE]),
        "is_bot_command": st.booleans(),
        "created_at": moments,
        "reply_to_message_id": st.none() | message_ids,
    }
)
operations = st.one_of(
    st.tuples(st.just("create"), st.lists(creations, min_size=1, max_size=4)),
    st.tuples(st.just("status"), st.tuples(message_ids, st.sampled_from(Status), moments)),
    st.tuples(st.sampled_from(["soft_delete", "restore", "hard_delete"]), message_ids),
    st.tuples(st.sampled_from(["edit", "react"]), message_ids),
)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(operations, max_size=14))
async def test_counters_equal_a_recount_after_any_sequence_of_operations(
    store: MessageStore, sequence: list[tuple[str, Any]]
) -> None:
    run = f"{next(_numbers)}-"
    for name, argument in sequence:
        await _operate(store, run, name, argument)
    await assert_counters_equal_recount(store.database)


async def _operate(store: MessageStore, run: str, name: str, argument: Any) -> None:
    match name:
        case "create":
            batch = [
                new_message(
                    **values
                    | {
                        "message_id": run + values["message_id"],
                        "context_id": run + values["context_id"],
                        "command_name": "x" if values["is_bot_command"] else None,
                    }
                )
                for values in argument
            ]
            await store.messages.create_many(batch)
        case "status":
            message_id, status, at = argument
            await store.service.update_message_status(run + message_id, status, "e", at)
        case "edit":
            edit = MessageEdited(message_id=run + argument, edit_id="e1", content="new", at=START)
            await store.service.apply_rewrite(edit)
        case "react":
            reaction = ReactionChanged(message_id=run + argument, sender="x", emoji="+", at=START)
            await store.service.apply_rewrite(reaction)
        case _:
            try:
                await getattr(store.messages, name)(run + argument)
            except MessageNotFound:
                return
