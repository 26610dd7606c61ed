/* Pictures, search, and the way from an address (#/section/part?filter=value) to what is shown. */

const SECTIONS = [
  ["answer", "Answer", answer, true],
  ["map", "Context map", map, document.getElementById("picture:context-map")],
  ["boundaries", "Boundaries", boundaryList, boundaries.length],
  ["tables", "Tables", tablesSection, tables.length],
  ["structure", "Structure", structure, boundaries.length],
  ["seams", "Seams", seamSection, seams.length],
  ["plan", "Plan", planSection, data.plan.length],
  ["walls", "Walls", walls, data.walls.length],
  ["cycles", "Cycles", cycles, data.cycles.length],
  ["history", "History", historySection, data.blast_radius.changes || data.backtest || data.trend],
  ["people", "People", people, data.blast_radius.knowledge?.length],
  ["changes", "Changes", changesSection, data.changes],
  ["figures", "Figures", figures, true],
  ["gaps", "Problems and gaps", gaps, true],
];
const PAGES = Object.fromEntries([...SECTIONS.map(([id, , draw]) => [id, draw]), ["module", modulePage], ["table", tablePage]]);
const COUNTS = { walls: data.walls.length, cycles: data.cycles.length, boundaries: boundaries.length, tables: tables.length, seams: seams.length, plan: data.plan.length, gaps: data.problems.length + data.unresolved_total };

/** A copy of an embedded picture: its nodes lead to boundaries, its edges to their seams; pointing fades the rest. */
function picture(name, caption) {
  const template = document.getElementById("picture:" + name);
  if (!template) return el("p.empty", null, "This picture was not drawn; the tables below hold the same.");
  const frame = el("div.picture", { tabindex: 0, role: "region", "aria-label": caption });
  frame.append(template.content.cloneNode(true));
  const drawing = frame.querySelector("svg");
  const natural = (parseFloat(drawing.getAttribute("width")) * 4) / 3; // points to pixels
  const fit = (share) => { drawing.style.width = share === null ? "100%" : `max(min(100%, ${natural}px), ${Math.round(natural * share)}px)`; };
  const sizes = [["Readable", 0.6], ["Whole", null], ["Full size", 1]].map(([label, share], index) =>
    el("button", { type: "button", "aria-pressed": String(!index), onclick: (event) => {
      fit(share);
      sizes.forEach((one) => one.setAttribute("aria-pressed", String(one === event.target)));
    } }, label));
  fit(0.6);
  const groups = [...frame.querySelectorAll("g.node, g.edge")];
  const ends = (group) => (group.querySelector("title")?.textContent || "").split("->");
  const bare = (id) => id.split("~")[0].slice(2); // "b:orders~before" -> "orders"
  for (const group of groups) {
    const [from, to] = ends(group);
    const label = to === undefined
      ? [...group.querySelectorAll("text")].map((line) => line.textContent).join(" ")
      : group.querySelector("[data-label]")?.getAttribute("data-label") || `${bare(from)} → ${bare(to)}`;
    group.querySelectorAll("title").forEach((title) => title.remove());
    group.ends = to === undefined ? [from] : [from, to];
    const href = to !== undefined ? query(route("seams"), { from: bare(from), to: bare(to) }) : from.startsWith("b:") && boundaryByName.has(bare(from)) ? route("boundaries", bare(from)) : from.startsWith("t:") && tableByName.has(bare(from)) ? route("table", bare(from)) : "";
    if (href && (to === undefined || (boundaryByName.has(bare(from)) && boundaryByName.has(bare(to))))) {
      group.classList.add("go");
      group.setAttribute("tabindex", to === undefined ? "0" : "-1");
      group.setAttribute("role", "link");
      group.setAttribute("aria-label", shown(label));
      group.addEventListener("click", () => { location.hash = href; });
      group.addEventListener("keydown", (event) => { if (event.key === "Enter") location.hash = href; });
    }
    explain(group, () => label);
    const near = () => groups.forEach((other) => other.classList.toggle("faded", !touches(group, other, groups)));
    const all = () => groups.forEach((other) => other.classList.remove("faded"));
    for (const [what, act] of [["mouseenter", near], ["focus", near], ["mouseleave", all], ["blur", all]]) group.addEventListener(what, act);
  }
  return el("figure", { style: null }, frame, el("figcaption.quiet.small", null, caption, " ", el("span.sizes", { role: "group", "aria-label": "Size of the picture" }, sizes)));
}
function touches(one, other, groups) {
  if (one === other) return true;
  if (one.ends.length === 2) return other.ends.length === 1 && one.ends.includes(other.ends[0]);
  if (other.ends.length === 2) return other.ends.includes(one.ends[0]);
  return groups.some((edge) => edge.ends.length === 2 && edge.ends.includes(one.ends[0]) && edge.ends.includes(other.ends[0]));
}

const main = document.getElementById("main");
function address() {
  const [path, filters] = location.hash.replace(/^#\/?/, "").split("?");
  const parts = path.split("/").map((part) => { try { return decodeURIComponent(part); } catch { return part; } });
  return { name: parts[0] || "answer", parts: parts.slice(1), filters: Object.fromEntries(new URLSearchParams(filters || "")) };
}
function show(first) {
  if (location.hash && !location.hash.startsWith("#/")) return;
  const { name, parts, filters } = address();
  const draw = PAGES[name] || PAGES.answer;
  tip.hidden = true;
  main.replaceChildren(el("section", null, draw(parts, filters)));
  const heading = main.querySelector("h1");
  document.title = shown(`${heading ? heading.textContent : name} · ${data.project.name}`);
  document.querySelectorAll("nav a").forEach((link) => {
    if (link.dataset.section === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  });
  if (first !== true) { window.scrollTo(0, 0); main.focus({ preventScroll: true }); }
}

document.getElementById("sections").append(...SECTIONS.filter((one) => one[3]).map(([id, title]) =>
  el("li", null, el("a", { href: route(id), "data-section": id }, title, COUNTS[id] !== undefined ? el("span.n", null, number(COUNTS[id])) : ""))));

/* Search: a combobox over boundaries, tables and modules, best first. */
const field = document.getElementById("find");
const found = document.getElementById("found");
let chosen = -1;
function look() {
  const wanted = field.value.trim().toLowerCase();
  const all = [
    ...boundaries.map((one) => ["boundary", one.name, route("boundaries", one.name)]),
    ...tables.map((one) => ["table", one.name, route("table", one.name)]),
    ...modules.map((one) => ["module", one.name, route("module", one.name)]),
  ];
  const rank = (name) => (name === wanted ? 0 : name.startsWith(wanted) ? 1 : name.split(/[._]/).some((part) => part.startsWith(wanted)) ? 2 : 3);
  const hits = wanted ? all.filter(([, name]) => name.toLowerCase().includes(wanted)).map((hit) => [rank(hit[1].toLowerCase()), ...hit]).sort((a, b) => a[0] - b[0] || a[2].length - b[2].length).slice(0, 12) : [];
  chosen = hits.length ? 0 : -1;
  found.replaceChildren(...hits.map(([, kind, name, href], index) =>
    el("li", { role: "option", id: "hit-" + index, "data-href": href, "aria-selected": String(index === chosen), onmousedown: (event) => { event.preventDefault(); take(index); } }, el("span.tag", null, kind), " ", name)),
  ...(wanted && !hits.length ? [el("li", { role: "option", "aria-selected": "false", "aria-disabled": "true" }, "Nothing has this name.")] : []));
  found.hidden = !wanted;
  field.setAttribute("aria-expanded", String(!!wanted));
  if (chosen >= 0) field.setAttribute("aria-activedescendant", "hit-0");
  else field.removeAttribute("aria-activedescendant");
}
function move(by) {
  const items = [...found.querySelectorAll("[data-href]")];
  if (!items.length) return;
  chosen = (chosen + by + items.length) % items.length;
  items.forEach((item, index) => item.setAttribute("aria-selected", String(index === chosen)));
  items[chosen].scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", items[chosen].id);
}
function take(index) {
  const item = document.getElementById("hit-" + index);
  if (!item) return;
  close();
  field.value = "";
  location.hash = item.dataset.href;
}
function close() {
  found.hidden = true;
  field.setAttribute("aria-expanded", "false");
}
field.addEventListener("input", look);
field.addEventListener("blur", close);
field.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") move(1);
  else if (event.key === "ArrowUp") move(-1);
  else if (event.key === "Enter") take(chosen);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) { event.preventDefault(); field.focus(); }
});

/* Paper gets every section. */
window.addEventListener("beforeprint", () => main.replaceChildren(...SECTIONS.filter((one) => one[3]).map(([, , draw]) => el("section", null, draw([], {})))));
window.addEventListener("afterprint", () => show(true));
window.addEventListener("hashchange", show);
show(true);
document.documentElement.dataset.ready = "yes";
