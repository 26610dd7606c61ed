import re

from learnhub.common.text import plain

STOP_WORDS = frozenset(
    {
        "a",
        "an",
        "and",
        "der",
        "die",
        "for",
        "fuer",
        "in",
        "of",
        "the",
        "to",
        "und",
        "with",
    }
)

SYNONYMS = {
    "&": "and",
    "+": "plus",
    "c#": "csharp",
    "c++": "cpp",
    "ß": "ss",
}

_SPLIT = re.compile(r"[^\w#+&]+")


def tokenize(text):
    words = (SYNONYMS.get(word, word) for word in _SPLIT.split(plain(text)))
    return [word[:40] for word in words if word and word not in STOP_WORDS]
