from messagestore.database.embedded import EmbeddedServer
from tests.integration.embedded.processes import psql


def test_letters_of_every_script_are_folded_and_found(server: EmbeddedServer) -> None:
    psql(server, "CREATE EXTENSION pg_trgm")
    assert psql(server, "SELECT lower('ÄЖ')") == "äж"
    assert psql(server, "SELECT 'ПРИВЕТ' ILIKE '%риве%'") == "t"
    # None of these would have a trigram if LC_CTYPE were C.
    assert psql(server, "SELECT cardinality(show_trgm('привет'))") == "7"
    assert psql(server, "SELECT cardinality(show_trgm('你好世界'))") == "5"
    assert psql(server, "SELECT similarity('ПРИВЕТ', 'привет')") == "1"


def test_text_sorts_by_bytes(server: EmbeddedServer) -> None:
    sql = "SELECT string_agg(x, '' ORDER BY x) FROM unnest(array['ä', 'b', 'Z', 'a', 'Ж']) x"
    assert psql(server, sql) == "ZabäЖ"
    assert psql(server, "SHOW server_encoding") == "UTF8"
