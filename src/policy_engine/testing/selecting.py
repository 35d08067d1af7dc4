"""Which scenarios are meant by tags and by words."""

from __future__ import annotations

from collections.abc import Collection, Iterable


def chosen(name: str, tags: Collection[str], wanted_tags: Collection[str], words: Collection[str]) -> bool:
    """Whether a scenario has one of the tags, and its name (with its file's) holds one of the searches.

    No tags, or no words, ask for nothing. A search is words that must all be there; ``or`` or 或 parts alternatives,
    ``not`` or 非 before a word says that it must not be there.
    """
    tagged = not wanted_tags or any(plain_tag(tag) in tags for tag in wanted_tags)
    return tagged and (not words or any(_holds(name.lower(), search) for search in words))


def plain_tag(tag: str) -> str:
    return tag.strip().removeprefix("@").removeprefix("＠")


def _holds(name: str, search: str) -> bool:
    return any(_all(name, words) for words in _alternatives(search.lower().split()))


def _alternatives(words: Iterable[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for word in words:
        if word in ("or", "或"):
            found.append([])
        elif word not in ("and", "且"):
            found[-1].append(word)
    return [words for words in found if words]


def _all(name: str, words: list[str]) -> bool:
    wanted = True
    for word in words:
        if word in ("not", "非"):
            wanted = not wanted
            continue
        if (word in name) != wanted:
            return False
        wanted = True
    return True
