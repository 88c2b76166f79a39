import logging
import traceback
from pathlib import Path

import pytest

from messagestore.errors import SpoolError
from messagestore.logger.spool import NewEntry, Spool
from tests.unit.spool.test_rebuild import alter

CANARY = "15550123-canary"


def test_no_error_and_no_log_line_repeats_what_is_stored(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    raised: list[str] = []
    entry = NewEntry(CANARY.encode() * 1000, CANARY)
    with caplog.at_level(logging.DEBUG):
        with Spool.open(folder, limit_bytes=1 << 18) as spool:
            try:
                while True:
                    spool.append([entry])
            except SpoolError:
                raised.append(traceback.format_exc())
            spool.quarantine.move(1, CANARY)
            path = spool.path
        alter(path, "UPDATE entries SET stored_at = 1 WHERE id = 2")
        alter(path, "DELETE FROM entries WHERE id = 3")
        with Spool.open(folder) as spool:
            assert len(spool.verify().damaged) == 2
            for call in (spool.quarantine.get, spool.quarantine.retry, spool.quarantine.drop):
                try:
                    call(2)
                except SpoolError:
                    raised.append(traceback.format_exc())
        try:
            spool.append([entry])
        except SpoolError:
            raised.append(traceback.format_exc())
    assert len(raised) == 5
    assert caplog.records
    assert CANARY not in caplog.text
    assert not any(CANARY in text for text in raised)
