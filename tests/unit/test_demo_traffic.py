"""A repetition of the samples: new messages of now, among which everything is about each other."""

from datetime import UTC, datetime
from itertools import chain

from messagestore.cli.demo_traffic import Repetition
from messagestore.event import Event, Ignored, MessageReceived, Refused
from messagestore.providers import get_provider
from messagestore.providers.samples import samples

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _events() -> list[Event]:
    parsed = (get_provider(sample.provider).parse(sample.body) for sample in samples())
    return list(chain.from_iterable(parsed))


def _repeated() -> list[Event]:
    repetition = Repetition()
    renewed = (repetition.renew(event, NOW) for event in _events())
    return [event for event in renewed if event is not None]


def test_no_id_is_that_of_another_repetition_and_all_happens_now() -> None:
    first, second = (
        [event.message for event in _repeated() if isinstance(event, MessageReceived)]
        for _ in range(2)
    )
    assert len(first) > 100
    assert not {one.message_id for one in first} & {one.message_id for one in second}
    assert {message.created_at for message in first} == {NOW}


def test_what_is_about_a_message_is_about_one_of_the_same_repetition() -> None:
    seen = set()
    for event in _repeated():
        if isinstance(event, MessageReceived):
            seen.add(event.message.message_id)
        elif not isinstance(event, Ignored | Refused):
            assert event.message_id in seen
            assert event.at == NOW
