"""The rows that plans are judged on: two hundred thousand and more, skewed as a bot's are."""

import random
from pathlib import Path

import asyncpg

SENTENCES_A_LANGUAGE = 500

_ALPHABETS = (
    ("hello order please where invoice never thanks tomorrow", "bdfklmnprst", "aeiou"),
    ("buenos días pedido mañana gracias cuándo señor", "bdfglmnñprst", "aeiouáéíó"),
    ("привет заказ спасибо завтра где когда", "бвгдклмнпрст", "аеиоуыя"),
    ("مرحبا شكرا غدا طلب أين متى", "بتدرسعفقكلمن", "اوي"),
    ("नमस्ते धन्यवाद कल कहाँ", "कखगतदनपबमरलस", "ािीुेो"),
    ("γεια σας ευχαριστώ αύριο παραγγελία", "βγδκλμνπρστ", "αεηιου"),
    ("תודה שלום מחר הזמנה", "בגדהזחטכלמנסעפצקרשת", "וי"),
    ("merhaba teşekkürler yarın sipariş", "bcçdgğklmnrsştyz", "aeıioöuü"),
    ("olá pedido amanhã obrigado", "bcdfglmnprstv", "aeiouãéô"),
)
_GLYPHS = (
    "你好请问明天可以送货吗谢谢我们的订单在哪里北京上海收到付款发票时间电话地址",
    "こんにちはありがとう明日荷物は届きますか注文番号を教えてください東京大阪です",
    "안녕하세요주문내일도착합니다감사배송언제어디서울부산영수증번호",
)

COPIES = (
    "INSERT INTO message_keys SELECT message_id, context_id, id FROM messages ORDER BY message_id",
    """
    INSERT INTO conversations
    SELECT context_id, min(context_type), count(*), count(*) FILTER (WHERE direction = 'incoming'),
        count(*) FILTER (WHERE direction = 'outgoing'), count(media_type),
        count(*) FILTER (WHERE is_bot_command), count(*) FILTER (WHERE status = 'failed'),
        min(created_at), max(created_at)
    FROM messages WHERE NOT is_deleted GROUP BY context_id
    """,
    """
    INSERT INTO pending_statuses
    SELECT 'later.' || number, 'delivered', NULL, '2026-03-01Z', '2026-03-01Z'
    FROM generate_series(1, 20000) AS number
    """,
    """
    INSERT INTO pending_rewrites
    SELECT 'later.' || number, 'edit', 'e', '2026-03-01Z', '{}'
    FROM generate_series(1, 20000) AS number
    """,
    """
    INSERT INTO changes (transaction, at, kind, context_ids, ids)
    SELECT '1', '2026-03-01Z', 'created', '{}', '{}' FROM generate_series(1, 20000)
    """,
)

_PLAIN_INDEXES = """
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
    FROM pg_index WHERE indrelid = 'messages'::regclass AND NOT indisprimary
"""


async def load(connection: asyncpg.Connection) -> None:
    """Fill the tables. The indexes are built after it, which is five times as fast."""
    sentences = _sentences()
    indexes = await connection.fetch(_PLAIN_INDEXES)
    await connection.execute("SET maintenance_work_mem = '256MB'")
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['name']}")
    await connection.execute("SELECT setseed(0.5)")
    await connection.execute(
        Path(__file__).with_name("load.sql").read_text(encoding="utf-8"),
        [sentence for sentence, _ in sentences],
        [language for _, language in sentences],
    )
    for statement in COPIES:
        await connection.execute(statement)
    for index in indexes:
        await connection.execute(index["definition"].replace(" ON ONLY ", " ON "))
    await connection.execute("VACUUM (ANALYZE) messages, message_keys, conversations")
    await connection.execute("VACUUM (ANALYZE) pending_statuses, pending_rewrites, changes")


def _sentences() -> list[tuple[str, int]]:
    dice = random.Random(7)  # noqa: S311 (the same words every time)
    spaced = [_vocabulary(dice, *alphabet) for alphabet in _ALPHABETS]
    sentences = []
    for _ in range(SENTENCES_A_LANGUAGE):
        for language, words in enumerate(spaced):
            chosen = [words[int(len(words) * dice.random() ** 3)] for _ in range(4)]
            sentences.append((" ".join(chosen), language))
        for language, glyphs in enumerate(_GLYPHS, start=len(spaced)):
            sentences.append(("".join(dice.choices(glyphs, k=dice.randint(4, 15))), language))
    return sentences


def _vocabulary(dice: random.Random, known: str, consonants: str, vowels: str) -> list[str]:
    def word() -> str:
        return "".join(
            dice.choice(consonants) + dice.choice(vowels) for _ in range(dice.randint(1, 4))
        )

    return known.split() + [word() for _ in range(1500)]
