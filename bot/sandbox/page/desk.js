// The desk at a glance: who is on duty, every open ticket with its nearest target and why this person has it, and where
// each guided repair stands. It only lays out what the desk says of itself, and touches only what changed.

import { call, el, reconcile } from "./dom.js";

const EVERY_MS = 1500;
const MARKS = { ok: "✓", fail: "✗", skip: "↷" };
const PANES = [
  ["people", onDuty, "还没有技术员和坐席。"],
  ["tickets", ticket, "现在没有未关闭的单。让一位报障人说说哪里坏了。"],
  ["repairs", repair, "还没有人在处理。技术员接单后，这里显示他走到哪一步。"],
];

/** The panel of three tabs under `root`; it asks the desk again every second or two while `wanted()` says it is seen. */
export class DeskPanel {
  constructor(root, wanted) {
    this.root = root;
    this.wanted = wanted;
    this.rows = new Map(PANES.map(([name]) => [name, new Map()]));
    this.asking = false;
    this.tabs = [...root.querySelectorAll("[role=tab]")];
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.select(tab));
      tab.addEventListener("keydown", (event) => this.key(event, tab));
    }
    this.select(this.tabs[1]);
    setInterval(() => this.refresh(), EVERY_MS);
  }

  select(chosen) {
    for (const tab of this.tabs) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      this.pane(tab.dataset.pane).hidden = tab !== chosen;
    }
  }

  key(event, tab) {
    const at = this.tabs.indexOf(tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + this.tabs.length, Home: 0, End: this.tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = this.tabs[to % this.tabs.length];
    this.select(next);
    next.focus();
  }

  pane(name) {
    return this.root.querySelector(`#desk-${name}`);
  }

  async refresh() {
    if (this.asking || this.gone || !this.wanted()) return;
    this.asking = true;
    const found = await call("/desk");
    this.asking = false;
    this.gone = found.code === 404;
    if (this.gone) for (const [name] of PANES) this.put(name, [], () => null, "这里只开了模拟平台，没有接上服务台。");
    if (found.ok) for (const [name, make, nothing] of PANES) this.put(name, found[name] ?? [], make, nothing);
  }

  put(name, items, make, nothing) {
    const wanted = items.map((item) => [String(item.id), JSON.stringify(item), () => make(item)]);
    if (!wanted.length) wanted.push(["", nothing, () => el("li", { class: "empty" }, nothing)]);
    const list = this.pane(name).querySelector("ul");
    list.querySelector(".waiting-row")?.remove();
    reconcile(list, this.rows.get(name), wanted);
    const count = name === "people" ? items.filter((one) => one.duty !== "off").length : items.length;
    const badge = this.root.querySelector(`[data-pane="${name}"] .count`);
    if (badge.textContent !== String(count)) badge.textContent = String(count);
  }
}

function onDuty(one) {
  return el("li", { class: "duty", "data-role": one.role, "data-duty": one.duty },
    el("span", { class: "face", "aria-hidden": "true" }, one.name.slice(0, 1)),
    el("span", { class: "who" }, el("strong", {}, one.name), el("small", {}, one.post)),
    el("span", { class: "duty-word" }, one.duty_word),
    (one.next || one.hand) && el("span", { class: "hand num" }, [one.next, one.hand].filter(Boolean).join(" · ")));
}

function ticket(one) {
  return el("li", { class: "ticket", "data-ticket": one.id },
    el("p", { class: "verdict" }, el("strong", {}, one.number), el("span", {}, one.what),
      one.priority && el("span", { class: `tag ${one.priority.toLowerCase()}` }, one.priority)),
    el("p", { class: "facts" }, one.place && el("span", {}, one.place), el("span", {}, one.state), el("span", {}, one.holder)),
    one.about.length > 0 && el("p", { class: "about" }, one.about.map((words) => el("span", { class: "chip num" }, words))),
    one.clock && clock(one.clock),
    one.why && el("div", { class: "why" },
      el("p", {}, el("i", {}, one.why.head), el("b", { class: "num" }, one.why.total)),
      el("p", { class: "parts" }, one.why.by_desk && el("span", { class: "chip" }, one.why.by_desk),
        one.why.parts.map((part) => el("span", { class: "chip num" }, part))),
      one.why.rival && el("p", { class: "rival" }, one.why.rival)));
}

function clock(target) {
  const share = Math.min(target.percent, 100);
  const tone = target.late ? "late" : !target.runs ? "still" : share >= 80 ? "near" : "fine";
  const words = `${target.target}时限已用${target.percent}%，${target.end}，${target.whose}`;
  const fill = el("i", {});
  fill.style.width = `${share}%`;
  return el("div", { class: `target ${tone}` },
    el("p", {}, el("span", {}, target.target, " ", el("b", { class: "num" }, target.used)), el("span", { class: "num" }, target.end)),
    el("div", { class: "gauge", role: "meter", "aria-label": `${target.target}时限`, "aria-valuemin": "0", "aria-valuemax": "100",
      "aria-valuenow": String(share), "aria-valuetext": words }, fill),
    el("p", { class: "whose" }, target.whose));
}

function repair(one) {
  return el("li", { class: "repair", "data-ticket": one.id },
    el("p", { class: "verdict" }, el("strong", {}, one.number), el("span", {}, one.what), el("small", {}, [one.place, one.holder].filter(Boolean).join(" · "))),
    one.taken.length > 0 && el("ol", { class: "taken" }, one.taken.map((step) => el("li", { class: step.result, title: step.do },
      el("span", { "aria-hidden": "true" }, MARKS[step.result] ?? "·"), el("span", { class: "done" }, step.do), el("small", {}, step.word)))),
    el("div", { class: "current", "aria-current": "step" },
      el("p", {}, el("b", {}, one.title)),
      el("p", { class: "do" }, one.do),
      ...one.gates.map((gate) => el("p", { class: `gate ${gate.state}` }, el("i", {}, "安全门"), el("span", {}, gate.what), el("b", {}, gate.word))),
      one.evidence && el("p", { class: "proof" }, el("i", {}, "留证"), el("span", {}, one.evidence))),
    one.attached && el("p", { class: "proof" }, el("i", {}, "全单已附"), el("span", { class: "attached num" }, one.attached)));
}
