// Behind the scenes: what the bot understood of each sentence and by which words, and how its callbacks were delivered.

import { call, el, time } from "./dom.js";

const KEPT = 12;
const LONGEST = 300; // characters asked about: the address of a request has its limits
const DECISIONS = {
  dispatch: ["直接派单", "go"], ask: ["先问一句", "ask"], human: ["转人工", "ask"], request: ["服务申请", "go"], route: ["转相关单位", "route"],
  emergency: ["紧急情况", "alarm"], classified: ["可能涉密，停止收集", "alarm"], other: ["不是报障", "quiet"],
};
const SLOTS = {
  unit: "单位", building: "楼栋", floor: "楼层", room: "房间", location: "位置", device: "设备", asset_tag: "资产编号", phone: "电话",
  count: "数量", scope: "影响范围", since: "从何时起", available: "方便时间", deadline: "最晚",
};

/** The panel of understandings: `note` every sentence a person sent to the bot, newest first. */
export class Thoughts {
  constructor(list) {
    this.list = list;
    this.seen = new Set();
    this.known = new Map();
  }

  note(sentences) {
    const fresh = sentences.filter(({ id }) => !this.seen.has(id));
    fresh.forEach(({ id }) => this.seen.add(id));
    for (const sentence of fresh.slice(-KEPT)) {
      if (!this.known.size) this.list.replaceChildren();
      const item = el("li", { class: "thought" }, this.head(sentence), el("p", { class: "thinking" }, "…"));
      this.list.prepend(item);
      while (this.list.children.length > KEPT) this.list.lastElementChild.remove();
      this.fill(item, sentence);
    }
  }

  head({ who, at, text, because = [] }) {
    return el("p", { class: "said" }, el("span", { class: "who" }, `${who} ${time(at)}`), el("q", {}, marked(text, because)));
  }

  async fill(item, sentence) {
    const text = sentence.text.slice(0, LONGEST);
    if (!this.known.has(text)) this.known.set(text, call(`/explain?text=${encodeURIComponent(text)}`));
    const found = await this.known.get(text);
    if (!found.ok) {
      this.known.delete(text);
      const why = found.code === 404 ? "这里只开了模拟平台，没有接上机器人的解释。" : "暂时问不到机器人的理解。";
      item.replaceChildren(this.head(sentence), el("p", { class: "empty" }, why));
      return;
    }
    const because = (found.because ?? []).map(String);
    item.replaceChildren(this.head({ ...sentence, because }), ...understanding(found, because));
  }
}

function understanding(found, because) {
  const [decision, tone] = DECISIONS[found.decision] ?? [found.decision || "未判断", "quiet"];
  const slots = Object.entries(found.slots ?? {}).filter(([, value]) => value !== null && value !== "");
  const others = (found.candidates ?? []).slice(0, 4);
  return [
    el("p", { class: "verdict" },
      el("span", { class: `tag ${tone}` }, decision),
      found.priority && el("span", { class: `tag ${String(found.priority).toLowerCase()}` }, found.priority),
      el("strong", {}, found.fault_name || found.request_name || found.item_name || ""),
      (found.fault_name || found.request_name) && found.item_name && el("small", {}, found.item_name)),
    because.length > 0 && el("p", { class: "because" }, el("span", {}, "凭"), because.map((word) => el("span", { class: "chip" }, word))),
    slots.length > 0 && el("p", { class: "slots" }, slots.map(([name, value]) => el("span", {}, el("i", {}, SLOTS[name] ?? name), ` ${said(value)}`))),
    found.question && el("p", { class: "question" }, `要问：${found.question.text ?? found.question}`),
    others.length > 1 && el("details", {}, el("summary", {}, `把握 ${percent(found.confidence)}，候选 ${others.length} 个`),
      el("ul", { class: "others" }, others.map((other) => el("li", {}, el("span", {}, other.name || other.fault),
        el("meter", { min: 0, max: 1, value: Number(other.score) || 0 }), el("span", { class: "num" }, percent(other.score)))))),
    others.length <= 1 && Number(found.confidence) > 0 && el("p", { class: "sure" }, `把握 ${percent(found.confidence)}`),
  ].filter(Boolean);
}

function said(value) {
  if (value === true) return "是";
  return Array.isArray(value) ? value.map(said).join("、") : typeof value === "object" ? Object.values(value).map(said).join(" ") : String(value);
}

function percent(share) {
  return `${Math.round(Math.min(Math.max(Number(share) || 0, 0), 1) * 100)}%`;
}

/** The sentence with the decisive words marked: a list of strings and `mark` elements. */
function marked(text, words) {
  const hits = words.map((word) => ({ word, at: word ? text.indexOf(word) : -1 })).filter(({ at }) => at >= 0);
  if (!hits.length) return [text];
  const first = hits.reduce((a, b) => (b.at < a.at || (b.at === a.at && b.word.length > a.word.length) ? b : a));
  return [text.slice(0, first.at), el("mark", {}, first.word), ...marked(text.slice(first.at + first.word.length), words)].filter((part) => part !== "");
}

/** The table of deliveries, newest first. */
export function showDeliveries(body, deliveries) {
  if (!deliveries?.length) return;
  body.replaceChildren(...deliveries.toReversed().map((one) => {
    const good = one.status === 200;
    return el("tr", { class: good ? "good" : "bad" },
      el("td", { class: "num" }, time(one.at)),
      el("td", {}, one.phone ?? ""),
      el("td", { class: "what" }, one.what ?? ""),
      el("td", { class: "num" }, `${good ? "✓" : "✗"} ${one.status || "无应答"}${one.tries > 1 ? ` ×${one.tries}` : ""}`),
      el("td", { class: "num" }, Number.isFinite(one.ms) ? `${Math.round(one.ms)} ms` : ""));
  }));
}
