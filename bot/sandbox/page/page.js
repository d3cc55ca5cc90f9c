// The demo page: keeps the phones, the clock and the panels in step with the server. The server's state is the only
// truth; an event merely says that it is time to fetch it again, and everything heals by itself after a lost connection.

import { DeskPanel } from "./desk.js";
import { call, day, el, role, time } from "./dom.js";
import { showDeliveries, Thoughts } from "./panel.js";
import { Phone } from "./phone.js";

const REFRESH_MS = 30_000; // a safety net under the events, and how the page learns whether the server's clock runs
const RETRY_MS = [1000, 2000, 5000, 10_000];

const at = (id) => document.getElementById(id);
const phones = new Map();
const thoughts = new Thoughts(at("thoughts"));
const desk = new DeskPanel(at("desk"), () => !document.hidden && document.body.classList.contains("backstage-open"));
const clock = { now: null, taken: 0, running: true, skipped: false };
let active = null;
let fetching = false;
let stale = false;
let failures = 0;

/** Fetch the state and show it; calls in the meantime are folded into one more fetch. */
async function refresh() {
  if (fetching) {
    stale = true;
    return;
  }
  fetching = true;
  const state = await call("/phones/state");
  fetching = false;
  at("notice").hidden = state.ok;
  if (state.ok) show(state);
  else at("notice").textContent = "连不上演示服务，正在重试…";
  if (stale) {
    stale = false;
    refresh();
  }
}

function show(state) {
  setClock(state.now, true);
  const gone = new Set(phones.keys());
  for (const data of state.phones ?? []) {
    gone.delete(data.id);
    if (!phones.has(data.id)) add(data.id);
    phones.get(data.id).update(data, state.now);
  }
  for (const id of gone) {
    phones.get(id).node.remove();
    phones.delete(id);
  }
  if (!phones.size) at("phones").replaceChildren(el("p", { class: "waiting" }, "这里还没有手机。"));
  if (!phones.has(active?.id)) activate(wished() ?? phones.values().next().value);
  thoughts.note(sentences(state.phones ?? []));
  showDeliveries(at("deliveries"), state.deliveries);
  showRoster();
  desk.refresh();
}

function add(id) {
  at("phones").querySelector(".waiting")?.remove();
  const phone = new Phone(id, { onread: activate, announce: (sentence) => { at("live").textContent = sentence; } });
  phones.set(id, phone);
  at("phones").append(phone.node);
}

/** What reporters said to the bot, oldest first; a press that travelled as a line is not speech. */
function sentences(list) {
  return list
    .filter((data) => role(data.label) === "clerk")
    .flatMap((data) => data.chats.filter((chat) => chat.kind === "app").flatMap((chat) => chat.messages)
      .filter((message) => message.from === "me" && message.kind === "text" && !message.recalled && message.text?.trim() && !/〔[0-9a-f]{10}〕$/.test(message.text))
      .map((message) => ({ id: `${data.id}/${message.id}`, who: data.name, at: message.at, text: message.text })))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** The phone named in the address (#userid), if any. */
function wished() {
  const name = decodeURIComponent(location.hash.slice(1));
  return name ? [...phones.values()].find((phone) => phone.id === name || phone.id.endsWith(`:${name}`)) : undefined;
}

/** This phone is the one in use: its visible chat is read, and on a small screen it is the one shown. */
function activate(phone) {
  if (!phone || phone === active) {
    phone?.look();
    showRoster();
    return;
  }
  if (active) active.active = false;
  active?.look();
  active = phone;
  active.active = true;
  active.look();
  active.renderTabs();
  active.pinned && active.toBottom();
  showRoster();
}

function showRoster() {
  const roster = at("roster");
  const wanted = [...phones.values()].filter((phone) => phone.data);
  while (roster.children.length > wanted.length) roster.lastElementChild.remove();
  let moved = false;
  wanted.forEach((phone, index) => {
    const unread = phone.unread;
    const node = roster.children[index] ?? roster.appendChild(el("button", { type: "button", onclick: (event) => visit(event.currentTarget.dataset.visit) }));
    const sign = JSON.stringify([phone.id, phone.data.name, phone.data.label, unread, phone === active]);
    if (node.dataset.sign === sign) return;
    Object.assign(node.dataset, { visit: phone.id, role: role(phone.data.label), sign });
    node.title = phone.data.label ?? "";
    node.setAttribute("aria-pressed", String(phone === active));
    node.setAttribute("aria-label", `${phone.data.name}，${phone.data.label ?? ""}${unread ? `，${unread}条未读` : ""}`);
    node.replaceChildren(el("span", { class: "face", "aria-hidden": "true" }, phone.data.name.slice(0, 1)), phone.data.name,
      ...(unread ? [el("span", { class: "badge small" }, String(Math.min(unread, 99)))] : []));
    moved ||= phone === active;
  });
  const shown = roster.querySelector("[aria-pressed=true]");
  if (moved && shown) roster.scrollLeft = shown.offsetLeft - roster.offsetLeft - (roster.clientWidth - shown.offsetWidth) / 2;
}

/** Bring a phone into view from the roster. */
function visit(id) {
  const phone = phones.get(id);
  if (small.matches) backstage(false);
  activate(phone);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  phone.node.scrollIntoView({ behavior: calm ? "auto" : "smooth", inline: "center", block: "nearest" });
  if (!small.matches) phone.input.focus({ preventScroll: true });
}

function setClock(now, measured) {
  const server = Date.parse(now);
  if (!Number.isFinite(server)) return;
  const taken = performance.now();
  const passed = taken - clock.taken;
  if (measured && clock.now !== null && !clock.skipped && passed > 4000) clock.running = server - clock.now > passed / 2;
  Object.assign(clock, { now: server, taken, skipped: !measured });
  tick();
}

function tick() {
  if (clock.now === null) return;
  const now = clock.now + (clock.running ? performance.now() - clock.taken : 0);
  at("now").replaceChildren(el("span", {}, day(now)), el("b", {}, time(now)));
  at("now").dateTime = new Date(now).toISOString();
}

async function skip(button) {
  if (document.querySelector("[data-skip][aria-busy]")) return; // one at a time: the hours on the way are lived through
  button.setAttribute("aria-busy", "true");
  const answer = await call("/clock/skip", JSON.parse(button.dataset.skip));
  button.removeAttribute("aria-busy");
  if (answer.ok) {
    setClock(answer.now, false);
    at("live").textContent = `模拟时间 ${day(answer.now)} ${time(answer.now)}`;
    refresh();
  } else {
    at("notice").textContent = answer.lost ? "连不上演示服务，正在重试…" : `快进没有成功：${answer.error}`;
    at("notice").hidden = false;
  }
}

/** Listen for changes; when the connection is lost, start over with growing pauses. */
function listen() {
  const events = new EventSource("/phones/events");
  events.addEventListener("open", () => {
    failures = 0;
    linked(true);
    refresh();
  });
  events.addEventListener("change", refresh);
  events.addEventListener("clock", (event) => {
    try {
      setClock(JSON.parse(event.data).now, false);
    } catch {
      refresh();
    }
  });
  events.addEventListener("error", () => {
    events.close();
    linked(false);
    refresh();
    setTimeout(listen, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
    failures += 1;
  });
}

function linked(up) {
  at("link").dataset.up = String(up);
  at("link-text").textContent = up ? "实时" : "重连中";
}

const small = matchMedia("(max-width: 900px)");

function backstage(open) {
  document.body.classList.toggle("backstage-open", open);
  at("backstage-toggle").setAttribute("aria-expanded", String(open));
  desk.refresh();
}

at("backstage-toggle").addEventListener("click", () => backstage(!document.body.classList.contains("backstage-open")));
for (const button of document.querySelectorAll("[data-skip]")) button.addEventListener("click", () => skip(button));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const opened = [...phones.values()].find((phone) => !phone.tools.hidden);
  if (opened) {
    opened.tray(false);
    opened.more.focus();
  } else if (small.matches) backstage(false);
});
document.addEventListener("visibilitychange", () => document.hidden || refresh());
addEventListener("hashchange", () => wished() && visit(wished().id));
small.addEventListener("change", () => backstage(!small.matches));
backstage(!small.matches);
setInterval(tick, 1000);
setInterval(refresh, REFRESH_MS);
refresh();
listen();
