"""The knowledge as typed, frozen data: what is served (Part 2), how it is done (Part 5), how quickly (service levels).

Item names come from public sources and judgement; clause numbers are display codes and `assumed` until the published
text of DB4401/T 294 is at hand. The stable key of everything is its slug.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Level = Annotated[int, Field(ge=1, le=4)]
"""Impact or urgency: 1 is the worst."""
Priority = Literal["P1", "P2", "P3", "P4"]
Gate = Literal["power-off", "permit", "two-person", "backup-confirmed", "owner-consent", "not-classified"]
Evidence = Literal["none", "photo", "reading", "text", "signature"]
TAIL = ("verify", "record", "confirm")
"""The common end of every procedure (验证 → 记录 → 确认)."""
ESCALATE = "escalate"


class Record(BaseModel):
    """Frozen, and strict about keys: a misspelt key is an error, not a silent default. 360 may be a word."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class Words(Record):
    """How people say a fault. Everything is matched in normalised text (simplified, lower case, Cantonese mapped)."""

    symptoms: tuple[str, ...] = ()
    """Short wordings which together with the device's name mean this fault."""
    phrases: tuple[str, ...] = ()
    """Wordings which decide by themselves."""
    exclude: tuple[str, ...] = ()
    """Words that speak for a neighbour instead."""


class Fault(Record):
    """One leaf of the catalogue."""

    slug: str
    item: str
    name: str
    plain: Annotated[str, Field(max_length=12)]
    mode: Literal["self", "remote", "onsite"]
    impact: Level
    urgency: Level
    safety: bool = False
    route: str | None = None
    words: Words
    question: str
    option: Annotated[str, Field(max_length=10)]
    self_help: tuple[Annotated[str, Field(max_length=60)], ...] = ()
    entry: str


class Step(Record):
    """One step of a procedure: one action, what to look at, what is expected, where to go next."""

    id: str
    who: Literal["remote", "onsite"]
    faults: tuple[str, ...] = Field(default=(), alias="for")
    do: Annotated[str, Field(max_length=80)]
    check: str
    expect: str
    on: Mapping[str, str]
    """`ok` and `fail` → a step of the item, a step of the common tail, or `escalate`."""
    gates: tuple[Gate, ...] = ()
    """What has to be confirmed before it, one after another in this order. `gate: x` is short for `gates: [x]`."""
    evidence: Evidence = "none"
    minutes: Annotated[int, Field(ge=1, le=480)] = 5
    tools: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _short_spelling(cls, data: Any) -> Any:
        """Kept editions of before there could be several say `gate` too, and null for none."""
        if not isinstance(data, Mapping) or "gate" not in data:
            return data
        if "gates" in data:
            raise ValueError("has both gate and gates")
        rest = {key: value for key, value in data.items() if key != "gate"}
        return rest if data["gate"] is None else rest | {"gates": (data["gate"],)}

    @model_validator(mode="after")
    def _each_gate_once(self) -> "Step":
        if len(set(self.gates)) != len(self.gates):
            raise ValueError("names a gate twice")
        return self


class Escalation(Record):
    to: str
    when: str


class Steps(Record):
    """The Part 5 procedure of an item."""

    tools: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()
    accept: tuple[str, ...]
    escalate: Escalation
    steps: tuple[Step, ...]


class Inspection(Record):
    every: Literal["day", "week", "month", "quarter", "half-year", "year"]
    do: str


class Clause(Record):
    part2: str
    part5: str
    status: Literal["assumed", "published"]


class Default(Record):
    impact: Level
    urgency: Level


class Item(Record):
    """One service item with everything that belongs to it."""

    slug: str
    code: str
    clause: Clause
    name: str
    branch: Literal["office-equipment", "base-environment"]
    provenance: Literal["seed", "published", "assumed"]
    basis: tuple[str, ...] = ()
    includes: tuple[str, ...]
    excludes: tuple[str, ...] = ()
    skill: str
    remote: Literal["full", "partial", "none"]
    default: Default
    cautions: tuple[str, ...] = ()
    nouns: tuple[str, ...]
    weak_nouns: tuple[str, ...] = ()
    faults: Mapping[str, Fault]
    procedure: Steps
    inspect: tuple[Inspection, ...] = ()


class Cue(Record):
    """Wordings of a route or a request, which its words are learned from; `exclude` speaks for something else."""

    phrases: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class Ask(Record):
    """A question to whoever requests something; `known`: slots any of which answers it already; `takes`: those that answer it
    when a reply holds nothing else."""

    text: Annotated[str, Field(max_length=30)]
    known: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


class Request(Record):
    """A service request: nothing is broken, something is wanted."""

    slug: str
    name: str
    approval: str
    """Who must say yes, in the catalogue's words."""
    approvers: tuple[str, ...] = ()
    """The same as positions, one after the other; nobody: it is carried out at once."""
    free: tuple[str, ...] = ()
    """Wordings for which nobody has to say yes after all."""
    asks: Annotated[tuple[Ask, ...], Field(max_length=2)] = ()
    mode: Literal["onsite", "remote", "desk"] = "desk"
    """Carried out by a technician on site or from afar, or by the desk itself."""
    skill: str = ""
    """Of the technician, where the request names no device of the catalogue."""
    slots: tuple[str, ...] = ()
    target: str
    words: Cue


class Route(Record):
    """Where a matter outside this service goes, and what the person is told."""

    code: str
    slug: str
    name: str
    provenance: Literal["seed", "published", "assumed"]
    basis: tuple[str, ...] = ()
    say: str
    action: str
    words: Cue


class SymptomGroup(Record):
    """Faults which look alike from afar: the unit of the incident radar."""

    slug: str
    name: str
    faults: tuple[str, ...]


class Position(Record):
    """A position (岗位) of the people sheet; `of` is the party it belongs to."""

    code: str
    of: Literal["manager", "user-unit", "provider", "supervisor"]
    name: str


class WorkingHours(Record):
    days: str
    am: str
    pm: str


class Targets(Record):
    """Minutes on the clock of the priority."""

    accept: int
    response: int
    arrive_resident: int
    arrive_other: int
    restore: int
    resolve: int
    update_every: int

    def __getitem__(self, what: str) -> int:
        return int(getattr(self, what))


class Sla(Record):
    clock: Mapping[str, Literal["7x24", "working-hours"]]
    working_hours: WorkingHours
    offer_expires_min: Mapping[str, int]
    self_help: Mapping[str, str | int]
    targets: Mapping[str, Targets]
    counts: Literal["provider", "gross"]
    """Which time figure the contract counts: what is charged to the provider, or all of it."""
    warnings: Annotated[Mapping[Annotated[int, Field(gt=0)], tuple[str, ...]], Field(min_length=1)]
    """Percent of a target that is used → who is told: `holder`, `desk`, or a position."""
    pause_allowed: tuple[str, ...]
    pause_charged: Mapping[str, Literal["user-unit", "third-party"]] = {}
    """Reason of a pause → whose time it is meanwhile; none in editions that were kept before it was said here."""
    pause_default_min: Annotated[int, Field(gt=0)]
    """Minutes on the priority's clock after which a pause without an end is over."""
    pause_max_days: Annotated[int, Field(gt=0)]
    auto_close_hours: int
    reopen_window_days: int
    fragment_wait_s: int
    """How long an unfinished report waits for its next piece."""
    fragment_total_s: int

    @model_validator(mode="after")
    def _complete(self) -> "Sla":
        for name in ("clock", "offer_expires_min", "targets"):
            if set(getattr(self, name)) != {"P1", "P2", "P3", "P4"}:
                raise ValueError(f"{name} must have P1, P2, P3 and P4, and nothing else")
        return self


class ServiceLevels(Record):
    """Matrix, clocks, targets and positions. `version` changes with any figure."""

    version: str
    matrix: Mapping[int, tuple[Priority, Priority, Priority, Priority]]
    sla: Sla
    positions: Mapping[str, Position]

    @model_validator(mode="after")
    def _known(self) -> "ServiceLevels":
        for percent, told in self.sla.warnings.items():
            if unknown := set(told) - {"holder", "desk"} - set(self.positions):
                raise ValueError(f"sla.warnings.{percent} names {', '.join(sorted(unknown))}, which is no position")
        return self

    def priority(self, impact: int, urgency: int) -> Priority:
        """The priority of an impact and an urgency, each 1 (worst) to 4."""
        return self.matrix[impact][urgency - 1]


class Lexicon(Record):
    """The words that are not of one item: normalisation tables, intents, scope, places, safety, classified, questions."""

    rewrite: Mapping[str, str]
    intents: Mapping[str, tuple[str, ...]]
    context: Mapping[str, tuple[str, ...]]
    scope: Mapping[str, tuple[str, ...]]
    urgency: Mapping[str, tuple[str, ...]]
    places: Mapping[str, tuple[str, ...]]
    safety: Mapping[str, Any]
    classified: Mapping[str, tuple[str, ...]]
    questions: tuple[Mapping[str, Any], ...]
    asking: Mapping[str, str]
    common: Mapping[str, Annotated[tuple[str, ...], Field(min_length=2, max_length=3)]]
    """Item → its commonest faults, offered when nothing but the device is said."""
    concepts: Mapping[str, tuple[str, ...]]
    """What words of one meaning have in common, across devices and matters: how a thing fails, what is wanted, whose it is."""
    learned: Mapping[str, tuple[str, ...]] = {}
    """Fault → wordings adopted by `yunwei learn adopt` from tickets that were closed under another fault than guessed."""


class Procedure(Record):
    """The way through one fault: the item's own steps, then the common tail."""

    fault: str
    entry: str
    steps: Mapping[str, Step]
    tools: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    escalate: Escalation

    def next(self, step_id: str, outcome: str) -> str | None:
        """Where `ok`, `fail` or `skip` leads from a step: a step id, "escalate", or None at the end.

        A skipped step leads on as if it had found nothing: to the next one to try, or to the end it shares with `ok`.
        """
        on = self.steps[step_id].on
        target = on["ok"] if outcome == "ok" else on["fail"]
        if outcome == "skip" and target == ESCALATE and on["ok"] != "end":
            target = on["ok"]
        return None if target == "end" else target


class Book(Record):
    """All of it."""

    version: str
    items: Mapping[str, Item]
    faults: Mapping[str, Fault]
    requests: Mapping[str, Request]
    routes: Mapping[str, Route]
    symptom_groups: Mapping[str, SymptomGroup]
    skills: Mapping[str, str]
    service_levels: ServiceLevels
    tail: tuple[Step, ...]
    lexicon: Lexicon

    def procedure(self, fault: str) -> Procedure:
        """The procedure of a fault. Raises KeyError for a slug that is not in the catalogue."""
        leaf = self.faults[fault]
        own = self.items[leaf.item].procedure
        steps = {s.id: s for s in own.steps if fault in s.faults} | {s.id: s for s in self.tail}
        return Procedure(
            fault=fault, entry=leaf.entry, steps=steps, tools=own.tools, accept=own.accept, escalate=own.escalate
        )
