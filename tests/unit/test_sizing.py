import pytest

from messagestore.database.embedded.sizing import settings_for

GIB = 2**30


@pytest.mark.parametrize(
    ("memory", "free_disk", "expected"),
    [
        (GIB // 2, GIB, ("128MB", "256MB", "4MB", "64MB", "1024MB")),
        (4 * GIB, 20 * GIB, ("512MB", "2048MB", "8MB", "64MB", "1280MB")),
        (64 * GIB, 500 * GIB, ("2048MB", "32768MB", "32MB", "256MB", "2048MB")),
    ],
)
def test_settings_grow_with_the_machine_from_postgresqls_defaults_up_to_a_bound(
    memory: int, free_disk: int, expected: tuple[str, ...]
) -> None:
    names = (
        "shared_buffers",
        "effective_cache_size",
        "work_mem",
        "maintenance_work_mem",
        "max_wal_size",
    )
    found = settings_for(memory=memory, free_disk=free_disk)
    assert found == dict(zip(names, expected, strict=True))
