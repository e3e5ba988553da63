"""Words that a page explains, each as a link to its meaning, which shows under a pointer, by keyboard, and on touch."""

import re
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup, escape

from stagesim.reporting.words.glossary import GLOSSARY

WORDS: Final = re.compile(rf"\b({'|'.join(GLOSSARY)})(?:e?s)?\b")
"""Any of them, with its plural; signs are no words in a sentence, and never found."""

BEHIND_A_SIDE: Final = (": what is best ", ", to ", " – ")
"""Where a sentence has said of which side it is, or that none is clear."""


def explained(texts: Sequence[str]) -> list[Markup]:
    """The texts, with a link where a word of the glossary stands for the first time."""
    told: set[str] = set()
    return [Markup(WORDS.sub(lambda found: _link(found, told), str(escape(text)))) for text in texts]


def side_first(line: Markup) -> Markup:
    """A sentence on a side, which stands out."""
    sign = next((each for each in BEHIND_A_SIDE if each in line), "")
    return Markup("<strong>{}</strong>{}{}").format(*line.partition(sign)) if sign else line


def _link(found: re.Match[str], told: set[str]) -> str:
    word = found[1]
    if word in told:
        return found[0]
    told.add(word)
    target, said = f"word-{list(GLOSSARY).index(word) + 1}", escape(GLOSSARY[word])
    return f'<a class="term" href="#{target}" aria-describedby="{target}-said" data-said="{said}">{found[0]}</a>'
