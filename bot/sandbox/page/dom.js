// What every part of the page needs: building elements without markup strings, local time, and calls to the server.
// User text only ever becomes text nodes.

export const ZONE = "Asia/Shanghai";

/** An element with properties (`class`, `data-*`, `aria-*`, `on…` or plain ones) and children; empty children are left out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && !name.includes("-")) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
}

const parts = new Intl.DateTimeFormat("zh-CN", {
  timeZone: ZONE, month: "numeric", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

function local(at) {
  return Object.fromEntries(parts.formatToParts(new Date(at)).map((part) => [part.type, part.value]));
}

export function time(at) {
  const t = local(at);
  return `${t.hour}:${t.minute}`;
}

export function day(at) {
  const t = local(at);
  return `${t.month}月${t.day}日 ${t.weekday}`;
}

/** A moment as a chat shows it: the time alone today, with the date on another day. */
export function moment(at, now) {
  return day(at) === day(now) ? time(at) : `${day(at)} ${time(at)}`;
}

/** GET or POST JSON. Never throws: `{ok: false, error}` says in Chinese what went wrong; `lost` means nothing came back. */
export async function call(path, body) {
  let answer;
  try {
    answer = await fetch(path, body === undefined ? { cache: "no-store" } : {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
  } catch {
    return { ok: false, lost: true, error: "没有发出去：连不上演示服务" };
  }
  let data = null;
  try {
    data = await answer.json();
  } catch {
    data = null;
  }
  if (answer.ok && data !== null && typeof data === "object") return { ok: true, ...data };
  const failed = { ok: false, code: answer.status, error: `没有成功，请再试一次（${answer.status}）` };
  return data?.error ? { ...failed, error: String(data.error) } : failed;
}

const ROLES = [["clerk", /报障/], ["technician", /技术员|工程师/], ["desk", /坐席|服务台/], ["lead", /经理|值班|事件/], ["liaison", /联络员/]];

/** The role a label names, for colour and for the example sentences. */
export function role(label) {
  return ROLES.find(([, words]) => words.test(label ?? ""))?.[0] ?? "other";
}

/** Make the list hold exactly the wanted rows, touching only what changed. True when the focused row was replaced. */
export function reconcile(list, rows, wanted) {
  const keep = new Set(wanted.map(([id]) => id));
  for (const [id, old] of rows) {
    if (!keep.has(id)) {
      old.node.remove();
      rows.delete(id);
    }
  }
  let cursor = list.firstElementChild;
  let lost = false;
  for (const [id, sign, make] of wanted) {
    const old = rows.get(id);
    const node = old?.sign === sign ? old.node : make();
    if (old && old.node !== node) {
      lost ||= old.node.contains(document.activeElement);
      if (cursor === old.node) cursor = node;
      old.node.replaceWith(node);
    }
    rows.set(id, { sign, node });
    if (node === cursor) cursor = cursor.nextElementSibling;
    else list.insertBefore(node, cursor);
  }
  return lost;
}
