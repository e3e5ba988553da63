"""A scenario for one's own event, from seven answers, with every figure that nobody has measured marked."""

from collections.abc import Sequence
from typing import Final, NamedTuple

TEMPLATE: Final = """\
# Written by `stagesim new`. What is marked [assumption] was measured by nobody at your event: put your own figures
# there, and let `stagesim tip` say which of them would turn the answer.

title: {title}
duration: {minutes} min
doors_open: 10 min

room:
  stage_capacity: {places}
  request_cooldown: 60 s      # who was declined waits a minute before asking again [assumption]
  invitation_ttl: 2 min       # an invitation that nobody answers does not block a place for long [assumption]
  reconnect_grace: 30 s       # [assumption]

audience:
  count: {people}
  mobile: {phones}
  # Some are early, most come within a few minutes, a few are late [assumption].
  arrival:
    mixture:
      - {{weight: 0.25, of: {{minus: {{exponential: {{mean: 2 min}}}}}}}}
      - {{weight: 0.6, of: {{exponential: {{mean: 2.5 min}}}}}}
      - {{weight: 0.15, of: {{exponential: {{mean: {late} min}}}}}}
  connection:                 # one in five loses the connection now and then [assumption]
    share: 0.2
    lost_after: {{exponential: {{mean: 30 min}}}}
    gap: {{lognormal: {{median: 20 s, sigma: 1}}}}
  wishes:
    rate: 0.06 per hour       # of one person, at any time [assumption]
    unsuitable: 0.05          # off topic, advertising, a private complaint [assumption]
{rounds}  patience: {{lognormal: {{median: 5 min, sigma: 1.5}}}}   # [assumption]
  silent: 0.5                 # of those who give up, the share who say nothing [assumption]
  answer: {{time: {{lognormal: {{median: 5 s, sigma: 0.5}}}}, accept: 0.9, ignore: 0.5}}   # [assumption]
  setup: {{time: {{gamma: {{mean: 8 s, cv: 0.7}}}}, failure: 0.04}}   # [assumption]
  on_stage:
    stay: {{lognormal: {{median: 90 s, sigma: 0.5}}}}   # a question and a few turns of talk [assumption]
    pulse: {{exponential: {{mean: 15 s}}}}              # one turn of talk
  full_stage: {{then: retry, retry_after: {{exponential: {{mean: 20 s}}}}}}   # [assumption]

moderators:
  count: {moderators}
  arrival: -8 min
  reaction: {{lognormal: {{median: 5 s, sigma: 0.5}}}}   # [assumption]
  review: {{approve: 0.95, recognise: 0.9, time: {{gamma: {{mean: 15 s, cv: 1.2}}}}}}       # [assumption]
  notices: {{exponential: {{mean: 20 s}}}}              # until a wish stands in the chat [assumption]
  removes:
    noticed_after: {{exponential: {{mean: 20 s}}}}   # of watching until it is seen [assumption]
    removal_time: {{lognormal: {{median: 15 s, sigma: 0.5}}}}   # [assumption]

{speakers}# What a good session is, for `stagesim rank` and `stagesim tip`: change it to what is good for you.
goals:
  - {{that: suitable_wishes_heard_share >= 50 %, weight: 3}}
  - {{that: unsuitable_stage_time <= 60 s, weight: 2}}
  - {{that: share of wishes on stage within 3 min >= 50 %}}

# What nobody knows, each with the range in which it is believed to lie, for `stagesim tip` and `stagesim sensitivity`;
# `stagesim compare --tip` varies the first.
assumptions:
  - audience.wishes.unsuitable=0:0.3
  - moderators.review.recognise=0.5:1
  - audience.answer.accept=0.6:1
  - "audience.patience.lognormal.median=1 min:15 min"
"""

SPEAKERS: Final = """\
# Who speaks from the stage all along: a host, who comes on it by the usual two clicks and stays.
script:
{steps}
"""

STEPS: Final = (
    "  - {{at: -5 min, do: enter_room, by: {name}, role: host}}\n",
    "  - {{at: 1 s, do: join_stage, by: {name}}}\n",
    "  - {{at: 10 s, do: go_live, by: {name}}}\n",
)

ROUND: Final = "      - {{at: {at} min, share: 0.15, delay: {{exponential: {{mean: 3 min}}}}}}   # [assumption]\n"


class Event(NamedTuple):
    """Seven answers about an event: `phones` is a share, `speakers` are on stage from start to end, and `rounds` are
    the minutes at which question rounds open.
    """

    title: str = "Our event"
    people: int = 100
    minutes: int = 60
    phones: float = 0.2
    moderators: int = 2
    places: int = 6
    speakers: int = 1
    rounds: Sequence[int] = ()


def event_text(event: Event) -> str:
    """The scenario as a file, with comments."""
    rounds = "".join(ROUND.format(at=at) for at in event.rounds)
    names = ["speaker"] if event.speakers == 1 else [f"speaker-{number}" for number in range(1, event.speakers + 1)]
    steps = "".join(step.format(name=name) for step in STEPS for name in names)
    return TEMPLATE.format(
        title=_quoted(event.title),
        people=event.people,
        minutes=event.minutes,
        phones=f"{event.phones:g}",
        moderators=event.moderators,
        places=event.places,
        late=max(1, event.minutes // 3),
        speakers=SPEAKERS.format(steps=steps) if steps else "",
        rounds=f"    rounds:\n{rounds}" if rounds else "",
    )


def _quoted(text: str) -> str:
    """A text in quotation marks of YAML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
