"""Reading the knowledge from YAML, and saying everything that is wrong with it at once, by file and key."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from knowledge.model import (
    ESCALATE,
    TAIL,
    Book,
    Fault,
    Item,
    Lexicon,
    Request,
    Route,
    ServiceLevels,
    Step,
    SymptomGroup,
)
from knowledge.slots import Slots

HERE = Path(__file__).parent
LEXICON = ("normalise", "intents", "context", "concepts", "safety", "questions", "learned")
SELF_HELP_STEPS = 3
SLOTS = {field.name for field in fields(Slots)}


class KnowledgeError(Exception):
    """The knowledge cannot be used. The text names every problem as `file: key: what is wrong`, one per line."""


class _Loader(yaml.CSafeLoader):
    """YAML 1.1 reads the words on, off, yes and no as booleans; here they are words. A key given twice is an error."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in result:
            raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is given twice", key_node.start_mark)
        result[key] = loader.construct_object(value_node, deep=True)
    return result


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def load(folder: Path | None = None, levels: Mapping[str, Any] | None = None) -> Book:
    """The whole book from `folder` (default: the one shipped). `levels` overrides figures of service_levels.yaml.

    Raises KnowledgeError with every problem found.
    """
    return _Reading(folder or HERE, levels or {}).book()


class _Reading:
    """One pass over the files, collecting problems."""

    def __init__(self, folder: Path, levels: Mapping[str, Any]) -> None:
        self._folder = folder
        self._levels = levels
        self._problems: list[str] = []
        self._digest = hashlib.sha256()

    def book(self) -> Book:
        skills = self._read("skills.yaml")
        routes = self._each("routes.yaml", Route, "code")
        requests = self._each("requests.yaml", Request, "slug")
        groups = self._each("symptom_groups.yaml", SymptomGroup, "slug")
        tail = self._tail()
        service_levels = self._service_levels()
        lexicon = self._lexicon()
        items = self._items()
        faults: dict[str, Fault] = {}
        for item in items.values():
            for slug, fault in item.faults.items():
                if slug in faults:
                    self._problem(
                        f"items/{item.slug}.yaml", f"faults.{slug}", f"is also a fault of {faults[slug].item}"
                    )
                faults[slug] = fault
        for item in items.values():
            self._problems.extend(_check_item(item, set(skills), set(routes)))
        positions = service_levels.positions if service_levels else {}
        for request in requests.values():
            for problem in _check_request(request, set(skills), set(positions)):
                self._problem("requests.yaml", request.slug, problem)
        for group in groups.values():
            for slug in set(group.faults) - set(faults):
                self._problem("symptom_groups.yaml", f"{group.slug}.faults", f"no fault is called {slug!r}")
        for slug in set(lexicon.learned if lexicon else ()) - set(faults):
            self._problem("lexicon/learned.yaml", slug, "no fault is called that")
        for item_, slugs in lexicon.common.items() if lexicon else ():
            for slug in slugs:
                if item_ not in items or slug not in faults:
                    self._problem(
                        "lexicon/questions.yaml", f"common.{item_}", f"no item or no fault {slug!r} is called that"
                    )
        if self._problems or service_levels is None or lexicon is None:
            raise KnowledgeError("\n".join(self._problems))
        return Book(
            version=self._digest.hexdigest()[:12], items=items, faults=faults, requests=requests, routes=routes,
            symptom_groups=groups, skills=skills, service_levels=service_levels, tail=tail, lexicon=lexicon,
        )  # fmt: skip

    def _problem(self, file: str, key: str, what: str) -> None:
        self._problems.append(f"{file}: {key}: {what}")

    def _read(self, name: str) -> Any:
        path = self._folder / name
        try:
            data = path.read_bytes()
            self._digest.update(name.encode() + b"\0" + data)
            return yaml.load(data, _Loader) or {}
        except FileNotFoundError:
            self._problem(name, "file", "is missing")
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            where = f"line {mark.line + 1}" if mark else "file"
            self._problem(name, where, str(getattr(error, "problem", error)))
        return {}

    def _built(self, file: str, model: type[Any], data: Any, prefix: str = "") -> Any:
        try:
            return model.model_validate(data)
        except ValidationError as error:
            for problem in error.errors():
                key = ".".join(str(part) for part in problem["loc"]) or "file"
                self._problem(file, f"{prefix}{key}", problem["msg"])
            return None

    def _each(self, file: str, model: type[Any], key: str) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name, data in _entries(self._read(file)):
            if not isinstance(data, dict):
                self._problem(file, name, "must be a mapping")
            elif (built := self._built(file, model, {key: name, **data}, f"{name}.")) is not None:
                result[name] = built
        return result

    def _tail(self) -> tuple[Step, ...]:
        data = self._read("fragments.yaml")
        steps = [self._built("fragments.yaml", Step, step, f"tail.{i}.") for i, step in enumerate(data.get("tail", ()))]
        found = tuple(step for step in steps if step is not None)
        if tuple(step.id for step in found) != TAIL:
            self._problem("fragments.yaml", "tail", f"must be the steps {', '.join(TAIL)}")
        return found

    def _service_levels(self) -> ServiceLevels | None:
        file = "service_levels.yaml"
        data = _merged(self._read(file), self._levels)
        version = hashlib.sha256(repr(data).encode()).hexdigest()[:12]
        positions = {code: {"code": code, **about} for code, about in data.get("positions", {}).items()}
        levels: ServiceLevels | None = self._built(
            file, ServiceLevels, {**data, "positions": positions, "version": version}
        )
        for reason in levels.sla.pause_allowed if levels else ():
            if levels and reason not in levels.sla.pause_charged:
                self._problem(file, "sla.pause_charged", f"does not say whose time {reason} is")
        return levels

    def _lexicon(self) -> Lexicon | None:
        data: dict[str, Any] = {}
        for name in LEXICON:
            data |= self._read(f"lexicon/{name}.yaml")
        return self._built("lexicon", Lexicon, data)  # type: ignore[no-any-return]

    def _items(self) -> dict[str, Item]:
        items: dict[str, Item] = {}
        paths = sorted((self._folder / "items").glob("*.yaml"))
        if not paths:
            self._problem("items", "files", "there are none")
        for path in paths:
            file = f"items/{path.name}"
            data = self._read(file)
            if not isinstance(data, dict):
                self._problem(file, "file", "must be a mapping")
                continue
            for slug, fault in _entries(data.get("faults")):
                if isinstance(fault, dict):
                    fault.update(slug=slug, item=data.get("slug"))
            item = self._built(file, Item, data)
            if item is not None:
                items[item.slug] = item
                if item.slug != path.stem:
                    self._problem(file, "slug", f"is {item.slug!r}, the file says {path.stem!r}")
        return dict(sorted(items.items(), key=lambda pair: [int(n) for n in pair[1].code.split(".")]))


def _entries(data: Any) -> list[tuple[str, Any]]:
    return [(str(k), v) for k, v in data.items()] if isinstance(data, dict) else []


def _merged(base: Any, over: Mapping[str, Any]) -> Any:
    """`base` with the values of `over` laid upon it, mappings merged."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        result[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, Mapping) else value
    return result


def _check_request(request: Request, skills: set[str], positions: set[str]) -> Iterator[str]:
    """Approvers are positions, a technician's work has a skill, and what can be known beforehand is a slot."""
    for position in request.approvers:
        if position not in positions:
            yield f"approvers: {position!r} is no position"
    if (request.mode != "desk") != bool(request.skill):
        yield "skill: belongs to mode onsite and remote, and only to them"
    if request.skill and request.skill not in skills:
        yield f"skill: {request.skill!r} is not in skills.yaml"
    for index, ask in enumerate(request.asks):
        for slot in set(ask.known) - SLOTS:
            yield f"asks.{index}.known: no slot is called {slot!r}"


def _check_item(item: Item, skills: set[str], routes: set[str]) -> Iterator[str]:
    """What the types cannot say: references, reachability, the rules of safety and self-help."""
    file = f"items/{item.slug}.yaml"
    steps = {step.id: step for step in item.procedure.steps}
    if item.skill not in skills:
        yield f"{file}: skill: {item.skill!r} is not in skills.yaml"
    if len(steps) != len(item.procedure.steps):
        yield f"{file}: procedure.steps: an id is given twice"
    for step in item.procedure.steps:
        key = f"procedure.steps.{step.id}"
        if set(step.on) != {"ok", "fail"}:
            yield f"{file}: {key}.on: must have ok and fail"
        for target in step.on.values():
            if target not in steps and target not in (TAIL[0], ESCALATE):
                yield f"{file}: {key}.on: no step is called {target!r}"
        for slug in step.faults:
            if slug not in item.faults:
                yield f"{file}: {key}.for: no fault of this item is called {slug!r}"
    for fault in item.faults.values():
        yield from (f"{file}: faults.{fault.slug}.{problem}" for problem in _check_fault(item, fault, steps, routes))


def _check_fault(item: Item, fault: Fault, steps: Mapping[str, Step], routes: set[str]) -> Iterator[str]:
    if fault.route and fault.route not in routes:
        yield f"route: {fault.route!r} is not in routes.yaml"
    if fault.safety and fault.self_help:
        yield "self_help: a safety fault must not have any"
    if (fault.mode == "self") != bool(fault.self_help):
        yield "self_help: belongs to mode self, and only to it"
    if len(fault.self_help) > SELF_HELP_STEPS:
        yield f"self_help: at most {SELF_HELP_STEPS} steps"
    if fault.entry not in steps:
        yield f"entry: no step is called {fault.entry!r}"
        return
    if not any(step.faults == (fault.slug,) for step in item.procedure.steps):
        yield "entry: has no step of its own"
    reached: set[str] = set()
    path: list[tuple[str, frozenset[str]]] = [(fault.entry, frozenset())]
    while path:
        name, before = path.pop()
        if name in before:
            yield f"entry: the procedure runs in a circle at {name!r}"
            return
        if name not in steps:
            continue
        reached.add(name)
        if fault.slug not in steps[name].faults:
            yield f"entry: reaches {name!r}, which is not for this fault"
            return
        path += [(target, before | {name}) for target in steps[name].on.values()]
    for name, step in steps.items():
        if fault.slug in step.faults and name not in reached:
            yield f"entry: does not reach {name!r}"
