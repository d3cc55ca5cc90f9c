// The markdown that WeCom shows in a chat: headings, bold, quotes, links, inline code, three font colours, mentions.
// `read` turns text into plain data and `show` turns that into nodes, so that no user text is ever parsed as HTML.

const INLINE = [
  ["bold", /\*\*([^\n]+?)\*\*/],
  ["code", /`([^`\n]+)`/],
  ["link", /\[([^\]\n]+)\]\(([^()\s]+)\)/],
  ["font", /<font color=["']?(info|comment|warning)["']?>([^]*?)<\/font>/],
  ["mention", /<@([^<>\s]+)>/],
];

/** The spans of one line: strings, and `{is, text|children, href, color}`. The leftmost mark wins. */
export function spans(text, depth = 0) {
  const found = depth > 4 ? [] : INLINE.map(([is, mark]) => ({ is, hit: mark.exec(text) })).filter(({ hit }) => hit);
  if (!found.length) return text ? [text] : [];
  const { is, hit } = found.reduce((first, other) => (other.hit.index < first.hit.index ? other : first));
  const inner = (inside) => spans(inside, depth + 1);
  const span = {
    bold: () => ({ is, children: inner(hit[1]) }),
    code: () => ({ is, text: hit[1] }),
    link: () => (/^https?:\/\//i.test(hit[2]) ? { is, href: hit[2], children: inner(hit[1]) } : hit[0]),
    font: () => ({ is, color: hit[1], children: inner(hit[2]) }),
    mention: () => ({ is, text: `@${hit[1]}` }),
  }[is]();
  const before = text.slice(0, hit.index);
  return [...(before ? [before] : []), span, ...spans(text.slice(hit.index + hit[0].length), depth)];
}

/** The blocks of a message: headings, quotes (neighbouring lines joined) and lines. */
export function read(text) {
  const blocks = [];
  for (const line of String(text).split(/\r?\n/)) {
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    const quote = /^>\s?(.*)$/.exec(line);
    const last = blocks.at(-1);
    if (heading) blocks.push({ is: "heading", level: heading[1].length, lines: [spans(heading[2])] });
    else if (quote && last?.is === "quote") last.lines.push(spans(quote[1]));
    else if (quote) blocks.push({ is: "quote", lines: [spans(quote[1])] });
    else blocks.push({ is: "line", lines: [spans(line)] });
  }
  return blocks;
}

function node(span) {
  if (typeof span === "string") return document.createTextNode(span);
  const made = document.createElement({ bold: "strong", code: "code", link: "a", font: "span", mention: "span" }[span.is]);
  if (span.is === "link") Object.assign(made, { href: span.href, target: "_blank", rel: "noopener noreferrer" });
  if (span.is === "font") made.className = `font-${span.color}`;
  if (span.is === "mention") made.className = "mention";
  made.append(...(span.children ? span.children.map(node) : [span.text]));
  return made;
}

/** The nodes of a markdown message. */
export function show(text) {
  return read(text).map((block) => {
    const made = document.createElement({ heading: "p", quote: "blockquote", line: "p" }[block.is]);
    if (block.is === "heading") {
      made.className = `h${Math.min(block.level, 3)}`;
      made.setAttribute("role", "heading");
      made.setAttribute("aria-level", String(Math.min(block.level + 3, 6)));
    }
    block.lines.forEach((line, index) => made.append(...(index ? [document.createElement("br")] : []), ...line.map(node)));
    if (!made.hasChildNodes()) made.className = "gap";
    return made;
  });
}
