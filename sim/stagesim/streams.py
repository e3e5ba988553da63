"""Named streams of random numbers: one for each person and purpose, so that nobody's draws shift anybody else's.

A draw is keyed by (seed, replication, person, purpose, ordinal) and by nothing else. Two runs that differ in one rule
therefore give the same person the same wish, the same patience and the same stay, which is what makes the comparison
of the two runs sharp (common random numbers).

The numbers are BLAKE2b (RFC 7693) in counter mode: block n of a stream is the hash of its key and n. A cryptographic
hash makes neighbouring keys independent without any argument about seeding. It is in the standard library, it is
specified to the bit, and so the draws are the same on every machine and with every version. A `numpy.random.Generator`
for each of many short streams costs tens of microseconds to build, and its distributions may change between versions.
"""

from hashlib import blake2b
from struct import Struct
from typing import Final, Protocol

_WORDS: Final = Struct("<8Q").unpack
_SCALE: Final = 2.0**-52


class Quantiled(Protocol):
    """What a stream can draw from: anything with an inverse distribution function."""

    def quantile(self, u: float) -> float:
        """The value below which a share `u` of the draws lies, for 0 < u < 1."""


class Stream:
    """The draws of one person for one purpose, in order. A stream that is asked for anew starts anew.

    Numbers are uniform in the open interval (0, 1): odd multiples of 2**-53. They are hashed by eights, the first at
    once.
    """

    __slots__ = ("_next", "_start", "_words")

    def __init__(self, start: bytes, first: int = 0) -> None:
        self._start = start
        """What the first block is the hash of: the key, and the block's number in eight bytes."""
        self._next = first
        self._words: list[int] = list(_WORDS(blake2b(start).digest()))

    def at(self, place: int) -> float:
        """The number at one place of the stream, from 0 on, wherever the draws in order have come to."""
        words = self._words
        while place >= len(words):
            self._hash_next()
        # 52 bits and a half, so that the sum is exact: with 53 bits the topmost value would round up to 1.0.
        return ((words[place] >> 12) + 0.5) * _SCALE

    def _hash_next(self) -> None:
        """Hash the next block: eight words."""
        block = len(self._words) // 8
        self._words += _WORDS(blake2b(self._start[:-8] + block.to_bytes(8, "little")).digest())

    def uniform(self) -> float:
        """The next number."""
        place, words = self._next, self._words
        self._next = place + 1
        if place < len(words):
            return ((words[place] >> 12) + 0.5) * _SCALE  # as `at`, without another call
        return self.at(place)

    def draw(self, distribution: Quantiled) -> float:
        """The next draw of a distribution; every draw takes exactly one uniform number."""
        return distribution.quantile(self.uniform())

    def chance(self, probability: float) -> bool:
        """Whether something of this probability happens; takes one uniform number even when it is certain."""
        return self.uniform() < probability

    def below(self, count: int) -> int:
        """A whole number from 0 to `count` - 1, each as likely as the others."""
        return int(self.uniform() * count)


class Streams:
    """All streams of one replication of one study."""

    __slots__ = ("_prefix", "replication", "seed")

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication
        self._prefix = f"{seed}:{replication}:"

    def stream(self, person: str, purpose: str, ordinal: int = 0, first: int = 0) -> Stream:
        """The stream of a person for a purpose, at its first draw, or where `first` says.

        `ordinal` tells apart the occasions of one purpose, for example the wishes of a person: what is drawn for one
        wish then does not depend on how much was drawn for those before it.
        """
        # Lengths in front of the names keep the key unambiguous, whatever the names contain.
        start = f"{self._prefix}{ordinal}:{len(person)}:{person}:{len(purpose)}:{purpose}:\0\0\0\0\0\0\0\0"
        return Stream(start.encode("utf-8", "surrogatepass"), first)
