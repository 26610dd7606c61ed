/* Search, and the way from an address (#/section/part?filter=value) to what is shown. */

const SECTIONS = [
  ["answer", "Answer", answer, true],
  ["map", "Context map", map, boundaries.length],
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
  ["gaps", "Gaps", gaps, true],
];
const PAGES = Object.fromEntries([...SECTIONS.map(([id, , draw]) => [id, draw]), ["module", modulePage], ["table", tablePage]]);
const COUNTS = { walls: data.walls.length, cycles: data.cycles.length, boundaries: boundaries.length, tables: tables.length, seams: seams.length, plan: data.plan.filter(ready).length, gaps: data.problems.length + data.unresolved_total };

const main = document.getElementById("main");
const decoded = (part) => { try { return decodeURIComponent(part); } catch { return part; } };
function address() {
  const [path, filters] = location.hash.replace(/^#\/?/, "").split("?");
  const parts = path.split("/").map(decoded);
  return { name: parts[0] || "answer", parts: parts.slice(1), filters: Object.fromEntries(new URLSearchParams(filters || "")) };
}
function show(first) {
  // #main leads to a part of the page, #plan to a section of it, as #/plan does
  if (first !== true && document.getElementById(decoded(location.hash.slice(1)))) return;
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

/* Paper gets every section but the map, which the answer shows, and after the list of boundaries the pages of a few: those to extract first, then the largest. */
const ON_PAPER = 8;
function onPaper() {
  paper = PAPER;
  const ranked = [...bySize].sort((a, b) => Math.min(planRank(a.name), 10000) - Math.min(planRank(b.name), 10000));
  const rest = ranked.slice(ON_PAPER);
  const pages = ranked.slice(0, ON_PAPER).map((one) => boundaryPage(one.name));
  const left = rest.length ? el("p.quiet", null, `${count(pages.length, "boundary follows", "boundaries follow")}, each on its page; on the screen ${rest.length === 1 ? "is" : "are"} also `, listed(rest.map((one) => one.name), 40), ".") : "";
  const made = SECTIONS.filter((one) => one[3] && one[0] !== "map").flatMap(([id, , draw]) => (id === "boundaries" ? [[...draw([], {}), left], ...pages.map((parts) => el("section.flow", null, parts.slice(1)))] : [draw([], {})]));
  paper = SCREEN;
  return made;
}
window.addEventListener("beforeprint", () => main.replaceChildren(...onPaper().map((parts) => (parts instanceof Node ? parts : el("section", null, parts)))));
window.addEventListener("afterprint", () => show(true));
window.addEventListener("hashchange", show);
show(true);
document.documentElement.dataset.ready = "yes";
