// One message as a person sees it on the phone: a bubble, a card with its buttons, a picture, or the grey line of a recall.

import { el } from "./dom.js";
import { show } from "./markdown.js";

/** What changes the look of a message; while this stays the same, its node is kept (and with it focus and choices). */
export function signature(message) {
  return JSON.stringify([message.kind, message.text, message.image, message.card, message.recalled]);
}

/** A short line for the live region and for alternatives. */
export function gist(message) {
  if (message.recalled) return "撤回了一条消息";
  if (message.card) return [message.card.title, message.card.desc, message.card.replaced].filter(Boolean).join("，");
  return { image: "[图片]", voice: "[语音]", location: "[位置]" }[message.kind] ?? String(message.text ?? "").slice(0, 80);
}

/** The row of a message. `press(button, selected)` is called by the buttons of its card. */
export function row(message, chat, press) {
  const mine = message.from === "me";
  const name = mine ? "我" : message.from === "bot" ? chat.kind === "app" ? chat.title : "运维服务台" : message.from;
  if (message.recalled) return el("li", { class: "recalled", "data-message": message.id }, `${mine ? "您" : name} 已撤回一条消息`);
  const shown = el("div", { class: "shown" },
    chat.kind === "group" && !mine && el("span", { class: "sender" }, name),
    message.card ? card(message.card, press) : bubble(message));
  const face = el("span", { class: `face ${message.from === "bot" ? "bot" : ""}`, "aria-hidden": "true" },
    message.from === "bot" ? "" : mine ? chat.face : name.slice(0, 1));
  return el("li", { class: `row ${mine ? "mine" : "theirs"}`, "data-message": message.id, "data-from": message.from, "data-kind": message.kind,
    "aria-label": mine ? "我发的" : `${name}发的` }, face, shown);
}

const BUBBLES = {
  markdown: (message) => el("div", { class: "bubble markdown" }, show(message.text ?? "")),
  image: (message) => {
    if (!message.image) return el("div", { class: "bubble" }, "[图片]");
    const address = String(message.image);
    return el("a", { class: "picture", href: address, target: "_blank", rel: "noopener", "aria-label": "看大图" },
      el("img", { src: address, alt: message.text || "图片", loading: "eager" }));
  },
  voice: (message) => el("div", { class: "bubble voice" },
    el("span", { class: "waves", "aria-hidden": "true" }), message.text || "语音"),
  location: (message) => el("div", { class: "bubble place" },
    el("span", { class: "map", "aria-hidden": "true" }), el("span", {}, message.text || "位置")),
  file: (message) => el("div", { class: "bubble file" }, el("span", { "aria-hidden": "true" }, "📄 "), message.text || "文件"),
};

function bubble(message) {
  return (BUBBLES[message.kind] ?? ((other) => el("div", { class: "bubble" }, String(other.text ?? ""))))(message);
}

function card(content, press) {
  const picked = {};
  const buttons = content.buttons ?? [];
  return el("article", { class: "card", "data-type": content.type },
    content.source && el("p", { class: "source" }, content.source),
    content.title && el("h4", {}, content.title),
    content.desc && el("p", { class: "desc" }, content.desc),
    content.lines?.length > 0 && el("dl", {}, content.lines.map((line) => el("div", {}, el("dt", {}, line.key), el("dd", {}, line.value)))),
    content.sub && el("p", { class: "sub" }, content.sub),
    content.selection && !content.replaced && selection(content.selection, picked),
    content.replaced
      ? el("button", { type: "button", class: "closed", disabled: true }, content.replaced)
      : buttons.length > 0 && el("div", { class: `buttons of-${Math.min(buttons.length, 4)}` }, buttons.map((button) => el("button", {
          type: "button",
          class: `style-${Number(button.style) || 1}`,
          "data-key": button.key,
          onclick: (event) => press(button, { ...picked }, event.currentTarget),
        }, button.text))));
}

function selection(choice, picked) {
  const options = choice.options ?? [];
  if (options.length) picked[choice.question_key] = [options[0].id];
  return el("label", { class: "choice" }, el("span", {}, choice.title || "请选择"),
    el("select", { onchange: (event) => { picked[choice.question_key] = [event.currentTarget.value]; } },
      options.map((option) => el("option", { value: option.id }, option.text))));
}
