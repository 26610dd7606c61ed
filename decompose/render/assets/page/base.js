"use strict";
/* Data, elements and text. Every text from the data becomes a text node or an attribute, never markup. */

const data = JSON.parse(document.getElementById("data").textContent);
const UNSEEN = /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const shown = (text) =>
  String(text).replace(UNSEEN, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
const number = (value) => Number(value).toLocaleString("en-US", { maximumFractionDigits: 2 });
const fixed = (value, digits = 1) => Number(value).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const share = (value) => `${Math.round(value * 100)}%`;
const count = (n, noun, plural) => `${number(n)} ${n === 1 ? noun : plural || noun + "s"}`;
/** Is a step of the plan one to take now? What costs more than a step waits until its seams are reduced. */
const ready = (step) => step.extract && !step.waits;
const words = (key) => String(key).replaceAll("_", " ");
/** "orders", "orders and billing", "orders, billing and people": texts or nodes, of which the first `most` are named. */
const listed = (items, most = 6) => {
  const named = items.slice(0, most), rest = items.length - named.length;
  return [named.map((one, at) => [at ? (at === named.length - 1 && !rest ? " and " : ", ") : "", one]), rest ? ` and ${number(rest)} more` : ""];
};
const by = (key) => (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);

/** el("a.big", {href: "#"}, "text", child, [children]) */
function el(what, attributes, ...children) {
  const [tag, ...classes] = what.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : shown(value));
  }
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== "").map(piece));
  return node;
}
const piece = (child) => (child instanceof Node ? child : document.createTextNode(shown(child)));

/** Text of several lines, for `pre`: line ends stay, all else that is unseen is spelled. */
const inLines = (text) => document.createTextNode(String(text).split("\n").map(shown).join("\n"));

function svg(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, shown(value));
  node.append(...children.map(piece));
  return node;
}

const route = (...parts) => "#/" + parts.map((part) => encodeURIComponent(part).replaceAll("'", "%27")).join("/");
const query = (path, filters) => path + "?" + new URLSearchParams(filters).toString();
const go = (href, ...text) => el("a", { href }, ...text);

/** A name with places where a line may break: after dots, slashes and underscores. */
const soft = (name) => shown(name).split(/(?<=[._/:])/).flatMap((part, index) => (index ? [document.createElement("wbr"), part] : [part]));

/** A place in the source, as `text` or file:line; a link where the repository's host is known. */
function place(file, line, text = line ? `${file}:${line}` : file) {
  if (!data.source) return el("code", null, soft(text));
  const path = file.split("/").map((part) => encodeURIComponent(part)).join("/");
  const href = data.source.replace("{path}", path) + (line ? data.source_line.replace("{line}", line) : "");
  return el("a.mono", { href, rel: "noreferrer noopener" }, soft(text));
}

/** Text in which long names may break. */
const prose = (said) => String(said).split(" ").map((word, at) => [at ? " " : "", word.length > 14 ? soft(word) : word]);

/** How many rows of a table, and items of a list, are drawn at most before somebody asks for more: on paper nobody can. */
const SCREEN = { rows: Infinity, items: Infinity }, PAPER = { rows: 15, items: 3 };
let paper = SCREEN;

/** Rows under a head of columns; `columns` are {name, right, key, cell}. Sortable where a column has a key; cut at `limit`. */
function grid(columns, rows, { caption, limit = 100, sort = null, empty = "None.", look = "" } = {}) {
  if (!rows.length) return el("p.empty", null, empty);
  const state = { sort, up: false, limit: Math.min(limit, paper.rows) };
  const body = el("tbody", { role: "rowgroup" });
  const more = el("p");
  const heads = columns.map((column, index) => {
    const label = column.key && paper === SCREEN ? el("button", { type: "button", onclick: () => turn(index) }, column.name) : column.name;
    return el(column.right ? "th.r" : "th", { scope: "col", role: "columnheader" }, label);
  });
  function turn(index) {
    state.up = state.sort === index ? !state.up : !columns[index].right;
    state.sort = index;
    fill();
  }
  function fill() {
    let ordered = rows;
    if (state.sort !== null) {
      const key = columns[state.sort].key;
      ordered = [...rows].sort(by(key));
      if (!state.up) ordered.reverse();
    }
    heads.forEach((head, index) => {
      if (index === state.sort) head.setAttribute("aria-sort", state.up ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    });
    body.replaceChildren(
      ...ordered.slice(0, state.limit).map((row) =>
        el("tr", { role: "row" }, columns.map((column) => {
          const cell = el(column.right ? "td.r" : "td", { role: "cell", "data-label": column.name }, el("div", null, column.cell(row)));
          if (!cell.textContent) cell.classList.add("none");
          return cell;
        })),
      ),
    );
    const left = rows.length - state.limit;
    more.replaceChildren(
      ...(left > 0
        ? [`${number(left)} more not shown. `, el("button", { type: "button", onclick: () => { state.limit += 500; fill(); } }, `Show ${number(Math.min(left, 500))} more`)].map(piece)
        : []),
    );
  }
  fill();
  const box = el("div.scroll", { tabindex: 0, role: "region", "aria-label": caption || columns[0].name },
    el(look ? `table.rows.${look}` : "table.rows", { role: "table" }, caption && el("caption", null, caption), el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, heads)), body));
  return el("div", null, box, more);
}

/** One line of evidence in a floating box, on hover and on focus. */
const tip = document.getElementById("tip");
function explain(node, text) {
  const show = (event) => {
    tip.textContent = shown(text());
    tip.hidden = false;
    const box = node.getBoundingClientRect();
    const x = event.clientX || box.left;
    const y = event.clientY || box.bottom;
    tip.style.left = Math.max(4, Math.min(x + 12, innerWidth - tip.offsetWidth - 8)) + "px";
    tip.style.top = (y + 18 + tip.offsetHeight > innerHeight ? y - tip.offsetHeight - 10 : y + 14) + "px";
  };
  const hide = () => { tip.hidden = true; };
  for (const [name, what] of [["mousemove", show], ["focus", show], ["mouseleave", hide], ["blur", hide]]) node.addEventListener(name, what);
  return node;
}
