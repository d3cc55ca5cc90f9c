// One phone: its chats, its newest messages, and everything its owner can do with it. It renders what the server says
// and never shows a message of its own making; a failure is told in one sentence above the input.

import { gist, row, signature } from "./bubble.js";
import { call, el, moment, reconcile, role } from "./dom.js";
import { fromFile, sample } from "./photo.js";

const EXAMPLES = ["三楼302打印机卡纸了，急", "电脑开不了机", "申请开通VPN", "整层楼都上不了网", "机房有焦味"];
const PLATFORM = { wecom: "企业微信", dingtalk: "钉钉" };
const PAUSE_MS = 5 * 60 * 1000; // a silence this long gets a time line between messages
const PLACE = { latitude: 23.1291, longitude: 113.2644, label: "市民政局办公楼" };

export class Phone {
  /** `onread` is called when the person looks at the phone, `announce(sentence)` speaks to screen readers. */
  constructor(id, { onread, announce }) {
    this.id = id;
    this.onread = onread;
    this.announce = announce;
    this.chat = null;
    this.rows = new Map();
    this.read = new Map();
    this.drafts = new Map();
    this.pinned = true;
    this.top = 0;
    this.active = false;
    this.build();
  }

  get unread() {
    return (this.data?.chats ?? []).reduce((sum, chat) => sum + this.unreadIn(chat), 0);
  }

  unreadIn(chat) {
    return Math.max(0, received(chat) - (this.read.get(chat.id) ?? 0));
  }

  build() {
    const key = this.id.replaceAll(/[^\w-]/g, "_");
    this.name = el("strong");
    this.label = el("span");
    this.face = el("span", { class: "face", "aria-hidden": "true" });
    this.badge = el("span", { class: "badge", hidden: true });
    this.title = el("span", { class: "title" });
    this.tabs = el("div", { class: "tabs", role: "tablist", "aria-label": "会话", onkeydown: (event) => this.arrow(event) });
    this.list = el("ol", { class: "messages", id: `messages-${key}`, tabIndex: 0, "aria-label": "消息", onscroll: () => this.scrolled() });
    this.newer = el("button", { type: "button", class: "newer", hidden: true, onclick: () => this.toBottom() }, "↓ 新消息");
    this.trouble = el("p", { class: "trouble", role: "alert", hidden: true });
    this.examples = el("div", { class: "examples", role: "group", "aria-label": "例句" }, el("p", {}, "不知道怎么说？点一句试试："), EXAMPLES.map((text) =>
      el("button", { type: "button", onclick: () => { this.say(text); this.input.focus(); } }, text)));
    this.input = el("textarea", {
      name: "say", rows: 1, maxLength: 2000, enterKeyHint: "send", autocomplete: "off",
      oninput: () => this.typed(), onkeydown: (event) => this.key(event),
    });
    this.sendButton = el("button", { type: "submit", class: "send", disabled: true }, "发送");
    this.more = el("button", { type: "button", class: "more", "aria-expanded": "false", "aria-label": "更多：照片、语音、位置",
      onclick: () => this.tray(this.tools.hidden) });
    this.file = el("input", { type: "file", accept: "image/*", hidden: true, tabIndex: -1, "aria-hidden": "true", onchange: () => this.picked() });
    this.tools = el("div", { class: "tools", role: "group", "aria-label": "更多", hidden: true }, [
      ["photo", "照片", () => this.file.click()], ["sample", "示例照片", async () => this.photo(await sample())],
      ["voice", "语音 4″", () => this.send("voice", { seconds: 4 })], ["place", "位置", () => this.send("location", PLACE)],
      ["enter", "进入会话", () => this.send("enter", {})],
    ].map(([icon, text, act]) => el("button", { type: "button", class: `tool ${icon}`, "data-act": icon, onclick: () => { this.tray(false); act(); } }, text)));
    this.node = el("section", { class: "phone", id: `phone-${key}`, "data-phone": this.id, onfocusin: () => this.onread(this), onpointerdown: () => this.onread(this) },
      el("header", { class: "plate" }, this.face, el("div", {}, this.name, this.label), this.badge),
      el("div", { class: "screen" },
        el("div", { class: "bar" }, this.title, this.tabs),
        el("div", { class: "view" }, this.list, this.newer),
        this.trouble, this.examples,
        el("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); this.submit(); } }, this.more, this.input, this.sendButton, this.file),
        this.tools));
    new ResizeObserver(() => this.pinned && this.toBottom()).observe(this.list);
  }

  /** Take the server's word for this phone. On the first call everything counts as read. */
  update(data, now) {
    const first = !this.data;
    this.data = data;
    this.now = now;
    const owner = role(data.label);
    Object.assign(this.node.dataset, { phone: this.id, platform: data.platform, role: owner });
    this.node.setAttribute("aria-label", `${data.name}的手机，${data.label ?? ""}`);
    this.name.textContent = data.name;
    this.label.textContent = `${data.label ?? ""} · ${PLATFORM[data.platform] ?? data.platform}`;
    this.face.textContent = data.name.slice(0, 1);
    if (!data.chats.some((chat) => chat.id === this.chat)) this.chat = data.chats[0]?.id ?? null;
    for (const chat of data.chats) {
      if (first) this.read.set(chat.id, received(chat));
      else this.tell(chat);
    }
    this.look();
    this.render();
  }

  /** Speak what arrived for a person whose phone is in use. */
  tell(chat) {
    const news = this.unreadIn(chat);
    const last = chat.messages.at(-1);
    if (news && this.active && last && last.from !== "me") this.announce(`${this.data.name}收到：${gist(last)}`);
  }

  /** What stands on the visible chat of the phone in use is read. */
  look() {
    const chat = this.current();
    if (this.active && chat && !document.hidden) this.read.set(chat.id, received(chat));
    const unread = this.unread;
    this.badge.hidden = !unread;
    this.badge.textContent = unread > 99 ? "99+" : String(unread);
    this.badge.setAttribute("aria-label", `${unread}条未读`);
    this.node.classList.toggle("active", this.active);
  }

  current() {
    return this.data?.chats.find((chat) => chat.id === this.chat);
  }

  render() {
    const chat = this.current();
    this.renderTabs();
    if (!chat) return;
    this.title.textContent = chat.title;
    this.title.dataset.kind = chat.kind;
    this.input.placeholder = chat.kind === "group" ? "在群里说" : "说说哪里坏了";
    if (role(this.data.label) !== "clerk" && chat.kind === "app") this.input.placeholder = "发消息";
    this.input.setAttribute("aria-label", `${this.data.name}在${chat.title}说话`);
    this.more.hidden = chat.kind === "group";
    if (chat.kind === "group") this.tray(false);
    const spoken = chat.messages.some((message) => message.from === "me");
    this.examples.hidden = spoken || chat.kind !== "app" || role(this.data.label) !== "clerk";
    this.renderMessages(chat);
  }

  renderTabs() {
    const chats = this.data.chats;
    this.tabs.hidden = chats.length < 2;
    this.title.hidden = chats.length > 1;
    const focused = this.tabs.contains(document.activeElement);
    this.tabs.replaceChildren(...chats.map((chat) => {
      const unread = this.unreadIn(chat);
      return el("button", { type: "button", role: "tab", class: "tab", "aria-selected": String(chat.id === this.chat), "aria-controls": this.list.id,
        tabIndex: chat.id === this.chat ? 0 : -1, "data-kind": chat.kind, "data-chat": chat.id, onclick: () => this.open(chat.id) },
      el("span", { class: "tab-name" }, chat.title), unread > 0 && el("span", { class: "badge small", "aria-label": `${unread}条未读` }, String(Math.min(unread, 99))));
    }));
    if (focused) this.tabs.querySelector("[aria-selected=true]")?.focus();
  }

  renderMessages(chat) {
    const wanted = [];
    let before = null;
    for (const message of chat.messages) {
      const stamp = moment(message.at, this.now);
      if (before === null || Date.parse(message.at) - before > PAUSE_MS) wanted.push([`t-${message.id}`, stamp, () => el("li", { class: "stamp" }, stamp)]);
      before = Date.parse(message.at);
      wanted.push([message.id, signature(message), () => row(message, { ...chat, face: this.data.name.slice(0, 1) },
        (button, selected, node) => this.press(message, button, selected, node))]);
    }
    const grown = wanted.some(([id]) => !this.rows.has(id));
    const replaced = reconcile(this.list, this.rows, wanted);
    if (replaced) this.input.focus({ preventScroll: true });
    if (this.pinned) this.toBottom();
    else if (grown) this.newer.hidden = false;
    for (const image of this.list.querySelectorAll("img:not([data-watched])")) {
      image.dataset.watched = "";
      image.addEventListener("load", () => this.pinned && this.toBottom());
    }
  }

  open(chat) {
    this.drafts.set(this.chat, this.input.value);
    this.chat = chat;
    this.input.value = this.drafts.get(chat) ?? "";
    this.rows.clear();
    this.list.replaceChildren();
    this.fail("");
    this.typed();
    this.toBottom();
    this.look();
    this.render();
    this.onread(this);
  }

  arrow(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const ids = this.data.chats.map((chat) => chat.id);
    this.open(ids[(ids.indexOf(this.chat) + step + ids.length) % ids.length]);
  }

  scrolled() {
    const top = this.list.scrollTop;
    if (this.list.scrollHeight - top - this.list.clientHeight < 24) this.pinned = true;
    else if (top < this.top) this.pinned = false; // only going up unpins: content may grow between a scroll and its event
    this.top = top;
    if (this.pinned) this.newer.hidden = true;
  }

  toBottom() {
    this.list.scrollTop = this.list.scrollHeight;
    this.pinned = true;
    this.newer.hidden = true;
  }

  typed() {
    this.sendButton.disabled = !this.input.value.trim();
    this.input.style.height = "auto";
    if (this.input.value) this.input.style.height = `${Math.min(this.input.scrollHeight + 2, 108)}px`;
  }

  /** Enter sends, Shift+Enter breaks the line; an Enter that only confirms the input method's choice (229) does neither. */
  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.submit();
  }

  submit() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.typed();
    this.say(text);
  }

  /** Say it. What never got as far as the screen goes back into the input. */
  async say(text) {
    this.pinned = true;
    const chat = this.chat;
    const answer = await this.send("say", { chat, text });
    if (!answer.ok && answer.status === undefined && this.chat === chat && !this.input.value) {
      this.input.value = text;
      this.typed();
    }
  }

  async press(message, button, selected, node) {
    const siblings = [...node.parentElement.children];
    if (siblings.some((other) => other.classList.contains("busy"))) return;
    node.classList.add("busy");
    node.setAttribute("aria-busy", "true");
    await this.send("press", { message: message.id, key: button.key, selected });
    node.classList.remove("busy");
    node.removeAttribute("aria-busy");
  }

  async photo(data) {
    if (data) await this.send("photo", { data });
    else this.fail("这张图片打不开，请换一张");
  }

  async picked() {
    const [file] = this.file.files;
    this.file.value = "";
    if (file) await this.photo(await fromFile(file));
  }

  /** Do something on the phone. What goes wrong is told above the input. */
  async send(what, body) {
    this.fail("");
    const answer = await call(`/phones/${encodeURIComponent(this.id)}/${what}`, body);
    if (!answer.ok) this.fail(answer.error);
    return answer;
  }

  fail(sentence) {
    this.trouble.textContent = sentence;
    this.trouble.hidden = !sentence;
  }

  tray(open) {
    this.tools.hidden = !open;
    this.more.setAttribute("aria-expanded", String(open));
    if (open) this.tools.firstElementChild.focus();
  }
}

function received(chat) {
  return chat.messages.filter((message) => message.from !== "me").length;
}
