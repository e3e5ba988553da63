"""Keys of a scenario as people read them, for sentences, tables and the axes of charts."""

import re
from collections.abc import Mapping
from typing import Final

from stagesim.reporting.words.labels import plain

ROOM: Final = {
    "stage_capacity": "places on stage",
    "request_cooldown": "wait after a decline until one may ask again",
    "request_ttl": "how long a request stays open",
    "invitation_ttl": "how long an invitation stays open",
    "reconnect_grace": "how long the place of a lost connection is kept",
}
PEOPLE: Final = {
    "count": "people in the audience",
    "mobile": "share of people on a phone",
    "arrival": "when people come",
    "leaves_after": "how long people stay in the room",
    "connection.share": "share of people who lose their connection",
    "connection.lost_after": "time until a connection is lost",
    "connection.gap": "how long a lost connection is gone",
    "wishes.rate": "how often one person wishes to speak",
    "wishes.unequal": "how unequally wishes are spread among people",
    "wishes.load": "how much sessions differ in wishes",
    "wishes.rounds.at": "when the question round opens",
    "wishes.rounds.share": "share of people with a wish in a question round",
    "wishes.rounds.delay": "how soon the wishes of a question round come",
    "wishes.unsuitable": "share of wishes that are unsuitable",
    "wishes.readiness.everyone_on_stage": "share of wishes that dare an open stage",
    "wishes.readiness.join_by_request": "share of wishes that lead to a request",
    "wishes.readiness.invite_only": "share of wishes that are made known without a button",
    "balk_at": "length of the list that puts people off",
    "patience": "patience, from a wish to giving up",
    "silent": "share of those giving up who do not say so",
    "after_decline.again": "chance of asking again after a decline",
    "after_decline.pause": "pause before asking again",
    "after_cut.again": "chance of coming back after being cut short",
    "answer.time": "time to answer an invitation",
    "answer.accept": "chance of accepting an invitation",
    "answer.ignore": "share of those not accepting who never answer",
    "setup.time": "time to set up camera and microphone",
    "setup.failure": "chance that a set-up fails",
    "on_stage.stay": "planned time on stage",
    "on_stage.enough": "how much of the planned time is enough",
    "on_stage.overstay": "chance of staying longer than planned",
    "on_stage.overstay_by": "how much longer than planned",
    "on_stage.disruptive": "share of people who disturb on stage",
    "hopes": "time until a wish without a button is made known",
}
STAFF: Final = {
    "count": "number of moderators",
    "reaction": "time until a free moderator reacts",
    "review.approve": "chance that a request is approved",
    "review.recognise": "chance that an unsuitable wish is seen to be one",
    "review.time": "time of a review",
    "approve_up_to": "people on stage up to which staff bring up more",
    "presenting.every": "time between two turns of presenting",
    "presenting.lasts": "length of a turn of presenting",
    "reads_chat.every": "time between two looks at the chat",
    "reads_chat.lasts": "length of a look at the chat",
    "called_away.every": "time between two calls away",
    "called_away.lasts": "length of a call away",
    "notices": "time until staff notice a wish without a button",
    "removes.allowance": "time on stage after which staff end a stay",
    "removes.reaction": "time from then until they do",
    "removes.noticed_after": "time until staff notice what is unsuitable on stage",
    "removes.removal_time": "time that taking somebody off keeps staff busy",
}
NAMES: Final[Mapping[str, Mapping[str, str]]] = {"room": ROOM, "audience": PEOPLE, "moderators": STAFF}
"""What a key is called, by the part of the scenario and the path below it, without groups and places in a list."""

ENDS: Final = {"median": "median", "mean": "average", "sigma": "spread", "cv": "spread"}
"""What the last word of a distribution is called."""

PATH: Final = re.compile(r"(room|audience|moderators)(?:\.groups\.([^.]+))?\.(.+)")


def key_words(path: str) -> str:
    """A key in words, with its group, and with what of a distribution it is; a key without a name as it is written."""
    found = PATH.fullmatch(path)
    parts = [part for part in found[3].split(".") if not part.isdigit()] if found else []
    for length in range(len(parts), 0, -1):
        words = NAMES[found[1]].get(".".join(parts[:length])) if found else None
        if words is not None and found:
            more = [ENDS[part] for part in parts[length:] if part in ENDS][-1:]
            group = [plain(found[2])] if found[2] else []
            return words + (f" ({', '.join([*group, *more])})" if group or more else "")
    return path


def key_heading(path: str) -> str:
    """The same with a capital; a key as it is written has none."""
    words = key_words(path)
    return words if words == path else words[0].upper() + words[1:]


def setting_words(text: str) -> str:
    """A setting in words, "places on stage 8"; nothing of a key that has none."""
    path, _, value = (part.strip() for part in text.partition("="))
    words = key_words(path)
    return "" if words == path else f"{words} {value}"


def is_share(path: str) -> bool:
    """Whether its values are said in per cent."""
    return key_words(path).startswith(("share ", "chance "))
