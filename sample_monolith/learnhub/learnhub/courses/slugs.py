from learnhub.common.text import plain

# Words that say nothing about a course.
NOISE = (
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
)

SPELLINGS = {
    "&": "and",
    "+": "plus",
    "c#": "csharp",
    "c++": "cpp",
    "ß": "ss",
}


def slug_for(title, taken=()):
    words = [SPELLINGS.get(word, word) for word in plain(title).split()]
    kept = [word for word in words if word not in NOISE] or words
    base = "-".join("".join(c for c in word if c.isalnum()) for word in kept)[:70].strip("-")
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
