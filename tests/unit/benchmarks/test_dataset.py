"""The data set is what its page says, for figures of another one would be worth nothing."""

from collections import Counter
from itertools import islice, pairwise

import pytest

from messagestore import Message, Status
from messagestore.bench.dataset.contexts import cumulative_weights
from messagestore.bench.dataset.dataset import RARE_WORD, Dataset
from messagestore.cli.restocking import read_message
from messagestore.message import ContextType

ROWS = 20_000


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    """All messages of a small one, each a line that `import` takes."""
    return [read_message(line) for line in Dataset(ROWS)]


def test_the_same_seed_makes_the_same_lines() -> None:
    first, same, other = (list(islice(Dataset(500, seed=seed), 500)) for seed in (1, 1, 2))
    assert first == same
    assert first != other


def test_no_id_comes_twice_and_time_goes_on(messages: list[Message]) -> None:
    assert len(messages) == ROWS
    assert len({message.message_id for message in messages}) == ROWS
    assert all(one.id < two.id for one, two in pairwise(messages))
    assert (messages[-1].created_at - messages[0].created_at).days == 729


def test_sizes_of_contexts_are_zipfs(messages: list[Message]) -> None:
    data = Dataset(ROWS)
    sizes = Counter(message.context_id for message in messages)
    assert len(sizes) == data.contexts == 400
    assert sizes.most_common(1)[0][0] == data.context(0)
    assert sizes[data.context(0)] / sizes[data.context(9)] == pytest.approx(10, rel=0.25)
    assert 10_000_000 / cumulative_weights(200_000)[-1] > 500_000


def test_shares_are_those_that_are_promised(messages: list[Message]) -> None:
    def share(count: int) -> float:
        return 100 * count / ROWS

    assert share(sum(m.has_media for m in messages)) == pytest.approx(12, abs=1)
    assert share(sum(m.is_bot_command for m in messages)) == pytest.approx(6, abs=1)
    assert share(sum(m.status is Status.FAILED for m in messages)) == pytest.approx(2, abs=0.5)
    assert share(sum(m.reply_to_message_id is not None for m in messages)) > 5
    assert {m.context_type for m in messages} == set(ContextType)
    assert sum(RARE_WORD in (m.content or "") for m in messages) == 1


def test_an_answer_is_in_the_conversation_of_what_it_answers(messages: list[Message]) -> None:
    known = {message.message_id: message for message in messages}
    answers = [message for message in messages if message.reply_to_message_id is not None]
    assert {known[str(m.reply_to_message_id)].context_id == m.context_id for m in answers} == {True}
