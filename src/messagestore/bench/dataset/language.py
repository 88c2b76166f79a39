"""Languages that nobody speaks: words made of syllables, as frequent as words are."""

from random import Random

TEXTS = 3000
"""Texts a language; a message is one of them or two, so that few are the same."""

_WORDS = 4000
_LONGEST = 120

_SPACED = (
    # What everybody says, then consonants, then vowels.
    ("order hello thanks tomorrow where please invoice", "bdfgklmnprstvz", "aeiou"),
    ("pedido hola gracias mañana dónde factura", "bcdfglmnñprstv", "aeiouáéíó"),
    ("pedido olá obrigado amanhã onde", "bcdfglmnprstvx", "aeiouãéôç"),
    ("заказ привет спасибо завтра где счёт", "бвгдзклмнпрстш", "аеиоуыя"),
    ("طلب مرحبا شكرا غدا أين", "بتجدرسشعفقكلمنه", "اوي"),
    ("ऑर्डर नमस्ते धन्यवाद कल कहाँ", "कखगचजटतदनपबमरलस", "ािीुेो"),
    ("sipariş merhaba teşekkürler yarın nerede", "bcçdgğklmnrsştyz", "aeıioöuü"),  # noqa: RUF001 (Turkish)
    ("παραγγελία γεια ευχαριστώ αύριο πού", "βγδζθκλμνπρστφχ", "αεηιου"),
    ("pesanan halo terima kasih besok mana", "bcdghjklmnprstwy", "aeiou"),
)
_GLYPHS = (
    "订单你好谢谢明天哪里可以送货吗请问我们收到付款发票时间电话地址北京上海",
    "注文ありがとう明日どこですか荷物は届きます番号を教えてください東京大阪",
    "주문안녕하세요감사합니다내일어디도착배송언제서울부산영수증번호확인",
)


def texts(dice: Random) -> list[list[str]]:
    """Make the texts of each language; none holds what JSON would escape."""
    spaced = [_spaced_texts(dice, *language) for language in _SPACED]
    return spaced + [_glyph_texts(dice, glyphs) for glyphs in _GLYPHS]


def _spaced_texts(dice: Random, known: str, consonants: str, vowels: str) -> list[str]:
    syllables = [consonant + vowel for consonant in consonants for vowel in vowels]
    words = known.split()
    words += ["".join(dice.choices(syllables, k=dice.randint(1, 4))) for _ in range(_WORDS)]
    return [
        " ".join(words[int(len(words) * dice.random() ** 4)] for _ in range(_length(dice)))
        for _ in range(TEXTS)
    ]


def _glyph_texts(dice: Random, glyphs: str) -> list[str]:
    return ["".join(dice.choices(glyphs, k=3 * _length(dice))) for _ in range(TEXTS)]


def _length(dice: Random) -> int:
    """Draw how many words: half have up to six, one in a hundred forty and more."""
    return min(_LONGEST, max(1, round(dice.lognormvariate(1.8, 0.85))))
