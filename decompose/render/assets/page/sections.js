/* One function for each section: (parts of the address, filters) -> nodes. Each is called when it is first looked at. */

const seamColumns = [
  { name: "kind", key: (s) => s.kind, cell: kindTag },
  { name: "from", key: (s) => modules[s.fromModule].name, cell: (s) => [boundaryLink(s.from), el("br"), moduleLink(s.fromModule)] },
  { name: "to", key: (s) => s.targetName, cell: (s) => [boundaryLink(s.to), el("br"), targetLink(s)] },
  { name: "names", cell: (s) => el("span.small", null, s.names.slice(0, 6).map((name, at) => [at ? ", " : "", soft(name)]), s.names.length > 6 ? ` and ${s.names.length - 6} more` : "") },
  { name: "places", key: (s) => s.total, cell: (s) => el("span.small", null, placesOf(s)) },
  ...(data.remedies.length ? [{ name: "remedy", key: (s) => remedyOf.get(s.id)?.options[0]?.kind ?? "", cell: (s) => el("span.small", { title: remedyOf.get(s.id)?.sketch ?? null }, words(remedyOf.get(s.id)?.options[0]?.kind ?? "")) }] : []),
];

function card(title, big, ...more) {
  return el("div.card", null, el("h2", null, title), el("p.big", null, big), ...more.map((one) => el("p.small", null, one)));
}

function answer() {
  const project = data.project;
  const code = seams.filter((seam) => !seam.isData).length;
  const first = data.plan.find((step) => step.extract);
  return [
    el("h1", null, `Where ${project.name} can be cut`),
    el("p", null, `${count(project.files, "module")}, ${count(project.lines, "line")}, ${count(tables.length, "table")}`,
      project.commits ? `, ${count(project.commits, "commit")} from ${project.first_commit} to ${project.last_commit}.` : ". No history was read."),
    el("div.cards", null,
      card("Proposal", count(boundaries.length, "boundary", "boundaries"), ["and a shared kernel of ", count(data.kernel, "module"), ". ", go(route("boundaries"), "See each")]),
      first ? card("First step", `Extract ${first.boundary}`, stepLine(first), gainLine(first), go(route("plan"), "See the plan")) : "",
      buys(),
      card("In the way", count(seams.length, "seam"), [`${number(code)} in code, ${number(seams.length - code)} in data. `, go(route("seams"), "Search them")]),
      card("Shared data", count(contested.length, "contested table"), ["written from several boundaries. ", go(route("tables"), "See who")]),
      data.walls.length ? card("Before any split", count(data.walls.length, "wall"), ["bottlenecks that a split would not remove. ", go(route("walls"), "See them")]) : "",
    ),
    data.advice.map((sentence) => el("p", null, sentence)),
    el("h2", null, "Context map"),
    picture("context-map", "Boundaries with their tables, and the seams between them."),
    el("h2", null, "Largest boundaries"),
    boundaryGrid(12),
    bySize.length > 12 ? el("p", null, go(route("boundaries"), `All ${bySize.length} boundaries`)) : "",
  ];
}

/** Held-out figures where there are any; in-sample ones are called so. */
function buys() {
  const said = (ours, theirs) => `of changes to several modules stay inside one boundary; ${share(theirs.inside)} in as many packages`;
  if (data.backtest) return card("What it buys", share(data.backtest.proposed.inside), [said(data.backtest.proposed, data.backtest.packages), ". Held out. ", go(route("history"), "See the backtest")]);
  const blast = data.blast_radius;
  return blast.changes ? card("What it buys", share(blast.proposed.inside), [said(blast.proposed, blast.today), ". In-sample. ", go(route("history"), "See the history")]) : "";
}

function stepLine(step) {
  const index = boundaryByName.get(step.boundary);
  if (index === undefined) return "";
  const one = boundaries[index];
  return `${count(one.source.length, "module")}, ${count(one.lines, "line")}, ${count(one.tables.length, "table")}; ${count(one.in.length, "seam")} in, ${number(one.out.length)} out; ${number(step.effort)} points`;
}
function gainLine({ gain }) {
  if (!gain.total) return "";
  return `${number(gain.alone)} of its ${count(gain.changes, "change")} touch nothing else; ${count(gain.collisions, "collision")} inside it.`;
}

function boundaryGrid(limit) {
  return grid([
    { name: "boundary", key: (b) => b.name, cell: (b) => boundaryLink(b.index) },
    { name: "modules", right: true, key: (b) => b.source.length, cell: (b) => number(b.source.length) },
    { name: "lines", right: true, key: (b) => b.lines, cell: (b) => number(b.lines) },
    { name: "tables", right: true, key: (b) => b.tables.length, cell: (b) => number(b.tables.length) },
    { name: "seams in", right: true, key: (b) => b.in.length, cell: (b) => number(b.in.length) },
    { name: "seams out", right: true, key: (b) => b.out.length, cell: (b) => number(b.out.length) },
  ], limit ? bySize.slice(0, limit) : bySize, { caption: "Boundaries, largest first" });
}

function map() {
  return [
    el("h1", null, "Context map"),
    el("p", null, "A node is a boundary, sized by its lines; an arrow sums the seams from one to another. Choose a node to open it, an arrow to list its seams."),
    el("h2", null, "After: the proposed boundaries"),
    picture("context-map", "Boundaries with their tables, and the seams between them."),
    document.getElementById("picture:today") ? [el("h2", null, "Before: today's packages"), picture("today", "Packages, and the imports between them.")] : "",
  ];
}

function boundaryList([name]) {
  if (name !== undefined) return boundaryPage(name);
  return [el("h1", null, "Boundaries"), boundaryGrid(), el("h2", null, "Shared kernel"), el("p", null, "What serves everybody, and would be a library."),
    moduleGrid(modules.filter((module) => module.home === KERNEL), "Modules of the shared kernel")];
}

function moduleGrid(rows, caption) {
  return grid([
    { name: "module", key: (m) => m.name, cell: (m) => moduleLink(m.id) },
    { name: "kind", key: (m) => m.kind, cell: (m) => m.kind },
    { name: "lines", right: true, key: (m) => m.lines, cell: (m) => number(m.lines) },
    ...(data.placements.length ? [
      { name: "agreement", right: true, key: (m) => placement(m)?.[1] ?? -1, cell: (m) => (placement(m) ? share(placement(m)[1]) : "") },
      { name: "why here", cell: (m) => el("span.small", null, (placement(m)?.[3] || []).map(text).join("; ")) },
    ] : []),
  ], rows, { caption, limit: 50 });
}
const placements = new Map(data.placements.map((row) => [row[0], row]));
const placement = (module) => placements.get(module.id);

function boundaryPage(name) {
  const one = boundaries[boundaryByName.get(name)];
  if (!one) return missing("boundary", name);
  const around = bySize.filter((other) => other !== one)
    .map((other) => ({ other, out: crossing[one.index][other.index], in: crossing[other.index][one.index] }))
    .filter((row) => row.out.code + row.out.data + row.in.code + row.in.data);
  const sum = (cell) => cell.code + cell.data;
  return [
    el("p.quiet", null, go(route("boundaries"), "Boundaries")),
    el("h1", null, one.name),
    el("p", null, one.why),
    el("div.cards", null,
      card("Size", count(one.source.length, "module"), `${count(one.lines, "line")}`),
      card("Tables", number(one.tables.length), one.tables.slice(0, 4).map((table, index) => [index ? ", " : "", tableLink(table.id)])),
      card("Seams in", number(one.in.length), go(query(route("seams"), { to: one.name }), "List them")),
      card("Seams out", number(one.out.length), go(query(route("seams"), { from: one.name }), "List them"))),
    picture("boundary:" + one.name, "Who uses it on the left, what it uses on the right."),
    peopleOf(one),
    el("h2", null, "Neighbours"),
    grid([
      { name: "boundary", key: (r) => r.other.name, cell: (r) => boundaryLink(r.other.index) },
      { name: "uses this", right: true, key: (r) => sum(r.in), cell: (r) => seamCount(r.other.name, one.name, r.in) },
      { name: "used by this", right: true, key: (r) => sum(r.out), cell: (r) => seamCount(one.name, r.other.name, r.out) },
    ], around.sort((a, b) => sum(b.in) + sum(b.out) - sum(a.in) - sum(a.out)), { caption: "Seams with other boundaries: in code + in data", empty: "No seam leads out of this boundary or into it." }),
    el("h2", null, "Tables"),
    tableGrid(one.tables, "Tables that this boundary owns"),
    el("h2", null, "Modules"),
    moduleGrid([...one.modules].sort((a, b) => (a.kind !== "source") - (b.kind !== "source") || b.lines - a.lines), "Modules of this boundary"),
  ];
}
const seamCount = (from, to, cell) => (cell.code + cell.data ? go(query(route("seams"), { from, to }), `${number(cell.code)} + ${number(cell.data)}`) : "");

function tableGrid(rows, caption) {
  const homes = (list) => list.map(([home, use], index) => [index ? ", " : "", boundaryLink(home), el("span.quiet", null, ` ${number(use.writes || use.reads)}`)]);
  return grid([
    { name: "table", key: (t) => t.name, cell: (t) => tableLink(t.id) },
    { name: "owner", key: (t) => homeName(t.owner), cell: (t) => (t.owner >= 0 ? boundaryLink(t.owner) : el("span.quiet", null, "nobody")) },
    { name: "written from outside", key: (t) => outside(t).filter(([, u]) => u.writes).length, cell: (t) => homes(outside(t).filter(([, u]) => u.writes)) },
    ...(Object.keys(data.ownership).length ? [{ name: "claim", key: (t) => data.ownership[t.name]?.claim ?? "", cell: (t) => words(data.ownership[t.name]?.claim ?? "") }] : []),
    { name: "only read from", key: (t) => outside(t).filter(([, u]) => !u.writes).length, cell: (t) => homes(outside(t).filter(([, u]) => !u.writes)) },
  ], rows, { caption, empty: "No tables." });
}

function tablesSection() {
  const used = boundaries.filter((one) => tables.some((table) => tableUse[table.id].has(one.index)));
  const ranked = tables.filter((table) => outside(table).length).sort((a, b) => outside(b).length - outside(a).length || by((t) => t.name)(a, b));
  return [
    el("h1", null, "Tables"),
    el("p", null, "Which boundary owns each table, and who else reads or writes it. A table that several boundaries write is the hardest to move."),
    ranked.length && used.length ? [el("h2", null, "Ownership matrix"), ownership(ranked.slice(0, 60), used), ranked.length > 60 ? el("p.quiet", null, `${ranked.length - 60} more tables in the list below.`) : ""] : "",
    document.getElementById("picture:tables") ? [el("h2", null, "Foreign keys"), picture("tables", "Tables in the frame of their owner; orange keys cross boundaries.")] : "",
    el("h2", null, "All tables"),
    tableGrid([...tables].sort((a, b) => outside(b).length - outside(a).length || by((t) => t.name)(a, b)), "Tables, most shared first"),
  ];
}

function ownership(rows, columns) {
  const heat = (use) => Math.min(0.75, 0.12 + Math.log2(1 + use.reads + use.writes) / 12);
  return el("div.scroll", { tabindex: 0, role: "region", "aria-label": "Ownership matrix" }, el("table.matrix", null,
    el("caption", null, "Accesses by boundary: writes / reads. Orange: writes. Blue: reads alone. A bold frame marks the owner. Tables used by their owner alone are left out."),
    el("thead", null, el("tr", null, el("td"), columns.map((one) => el("th", { scope: "col" }, el("span", { title: one.name }, one.name))))),
    el("tbody", null, rows.map((table) => el("tr", null, el("th", { scope: "row" }, tableLink(table.id)), columns.map((one) => {
      const use = tableUse[table.id].get(one.index);
      const cell = el("td", null, use ? (use.writes ? `${use.writes}/${use.reads}` : String(use.reads)) : "");
      if (use) {
        cell.style.background = `rgba(var(--heat${use.writes ? "2" : ""}),${heat(use)})`;
        explain(cell, () => `${one.name} ${use.writes ? `writes ${table.name} in ${count(use.writes, "place")} and ` : ""}reads ${table.name} in ${count(use.reads, "place")}`);
      }
      if (table.owner === one.index) cell.style.boxShadow = "inset 0 0 0 2px var(--ink)";
      return cell;
    }))))));
}

function structure() {
  return [
    el("h1", null, "Dependency structure"),
    el("p", null, "Row uses column. Blue: seams in code; orange: where seams in data are the most. Choose a cell to list its seams."),
    structureMatrix(bySize.slice(0, 40)),
    bySize.length > 40 ? el("p.quiet", null, `The ${bySize.length - 40} smallest boundaries are left out.`) : "",
    el("h2", null, "Module by module"),
    el("p", null, "Each dot is an import from the module of its row to the module of its column; modules are ordered by boundary, and squares on the diagonal are the boundaries. Dots outside of the squares are seams."),
    moduleMatrix(),
  ];
}

function structureMatrix(list) {
  return el("div.scroll", { tabindex: 0, role: "region", "aria-label": "Dependency structure matrix" }, el("table.matrix", null,
    el("caption", null, "Seams between boundaries"),
    el("thead", null, el("tr", null, el("td"), list.map((one) => el("th", { scope: "col" }, el("span", { title: one.name }, one.name))))),
    el("tbody", null, list.map((row) => el("tr", null, el("th", { scope: "row" }, boundaryLink(row.index)), list.map((column) => {
      if (row === column) return el("td.self");
      const { code, data: inData } = crossing[row.index][column.index];
      const total = code + inData;
      const cell = el("td", null, total ? el("a", { href: query(route("seams"), { from: row.name, to: column.name }), "aria-label": `${row.name} to ${column.name}: ${total} seams` }, number(total)) : "");
      if (total) {
        cell.style.background = `rgba(var(--heat${inData > code ? "2" : ""}),${Math.min(0.7, 0.08 + Math.log2(1 + total) / 16)})`;
        explain(cell, () => `${row.name} → ${column.name}: ${code} in code, ${inData} in data`);
      }
      return cell;
    }))))));
}

function moduleMatrix() {
  const order = modules.filter((m) => m.kind === "source").sort((a, b) => homeRank(a.home) - homeRank(b.home) || by((m) => m.name)(a, b));
  const at = new Map(order.map((module, index) => [module.id, index]));
  const size = Math.max(1, Math.min(1000, Math.max(400, order.length)));
  const scale = size / Math.max(1, order.length);
  const canvas = el("canvas", { width: size, height: size, role: "img", tabindex: 0, "aria-label": `Imports between ${order.length} modules, ordered by boundary. The matrix above has the same sums as numbers.` });
  const pairs = new Map();
  for (let i = 0; i < data.imports.length; i += 3) {
    const row = at.get(data.imports[i]), column = at.get(data.imports[i + 1]);
    if (row !== undefined && column !== undefined) pairs.set(row * order.length + column, data.imports[i + 2]);
  }
  const draw = () => {
    const style = getComputedStyle(document.documentElement);
    const pen = canvas.getContext("2d");
    pen.fillStyle = style.getPropertyValue("--paper");
    pen.fillRect(0, 0, size, size);
    pen.fillStyle = style.getPropertyValue("--p-focus");
    for (let start = 0, end = 0; start < order.length; start = end) {
      while (end < order.length && order[end].home === order[start].home) end += 1;
      pen.fillRect(start * scale, start * scale, (end - start) * scale, (end - start) * scale);
    }
    for (const key of pairs.keys()) {
      const row = Math.floor(key / order.length), column = key % order.length;
      pen.fillStyle = style.getPropertyValue(order[row].home === order[column].home ? "--code" : "--data");
      pen.fillRect(column * scale, row * scale, Math.max(1, scale), Math.max(1, scale));
    }
  };
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  canvas.addEventListener("mousemove", (event) => {
    const box = canvas.getBoundingClientRect();
    const [column, row] = [event.clientX - box.left, event.clientY - box.top].map((x) => Math.min(order.length - 1, Math.floor((x / box.width) * order.length)));
    tip.textContent = shown(`${order[row].name} (${homeName(order[row].home)}) ${pairs.has(row * order.length + column) ? "imports" : "does not import"} ${order[column].name} (${homeName(order[column].home)})`);
    tip.hidden = false;
    tip.style.left = Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8) + "px";
    tip.style.top = event.clientY + 14 + "px";
  });
  canvas.addEventListener("mouseleave", () => { tip.hidden = true; });
  return canvas;
}
const ranks = new Map(bySize.map((one, index) => [one.index, index]));
const homeRank = (home) => (home >= 0 ? ranks.get(home) : boundaries.length - home);

function seamSection(parts, filters) {
  const kinds = [...new Set(seams.map((seam) => seam.kind))].sort();
  const names = boundaries.map((one) => one.name).sort();
  const choose = (label, name, options) => el("div", null, el("label", { for: "f-" + name }, label),
    el("select", { id: "f-" + name, onchange: (event) => set(name, event.target.value) }, el("option", { value: "" }, "all"),
      options.map((option) => (Array.isArray(option) ? option : [option, name === "kind" ? words(option) : option])).map(([value, label]) => el("option", { value, selected: filters[name] === value }, label))));
  const list = el("div", { "aria-live": "polite" });
  const state = { ...filters };
  function set(name, value) {
    state[name] = value;
    if (!value) delete state[name];
    history.replaceState(null, "", Object.keys(state).length ? query(route("seams"), state) : route("seams"));
    fill();
  }
  function fill() {
    const wanted = (state.q || "").toLowerCase();
    const step = state.step && data.plan.find((one) => String(one.step) === state.step);
    const ofStep = new Set(step ? [...step.before, ...step.after].flatMap((id) => remedies.get(id)?.seams ?? []) : []);
    const found = seams.filter((seam) =>
      (!state.kind || seam.kind === state.kind) &&
      (!state.from || homeName(seam.from) === state.from) &&
      (!state.to || homeName(seam.to) === state.to) &&
      (!step || ofStep.has(seam.id)) &&
      (!wanted || `${seam.id} ${modules[seam.fromModule].name} ${seam.targetName} ${seam.names.join(" ")}`.toLowerCase().includes(wanted)));
    list.replaceChildren(el("p.quiet", { role: "status" }, `${count(found.length, "seam")} of ${number(seams.length)}`),
      grid(seamColumns, found, { caption: "Seams", sort: 4, limit: 50, empty: "No seam fits. Clear a filter to see more." }));
  }
  let waiting;
  const typed = (event) => { clearTimeout(waiting); waiting = setTimeout(() => set("q", event.target.value), 120); };
  fill();
  return [
    el("h1", null, "Seams"),
    el("p", null, "Each place, or group of places, where one boundary reaches into another. These are the lines that a split has to change."),
    el("div.controls", null,
      el("div.grow", null, el("label", { for: "f-q" }, "search names"), el("input", { id: "f-q", type: "search", value: filters.q || "", oninput: typed })),
      choose("kind", "kind", kinds), choose("from", "from", names), choose("to", "to", names),
      data.plan.length ? choose("step", "step", data.plan.map((one) => [String(one.step), `${one.step} ${one.boundary}`])) : ""),
    list,
  ];
}

function planSection() {
  const steps = data.plan.filter((step) => step.extract);
  const kept = data.plan.filter((step) => !step.extract);
  return [
    el("h1", null, "Plan"),
    data.advice.map((sentence) => el("p", null, sentence)),
    el("p.quiet", null, data.effort_scale),
    steps.length ? [el("h2", null, "Timeline"), timeline(steps)] : "",
    document.getElementById("picture:plan") ? el("details", null, el("summary", null, "The order as a picture"), picture("plan", "Steps in their order.")) : "",
    el("h2", null, "Steps"),
    el("ol.steps", null, steps.map(stepItem)),
    kept.length ? [el("h2", null, "Better left where they are"), el("ol.steps", null, kept.map(stepItem))] : "",
    data.alternatives.length ? [el("h2", null, "Other orders"), el("p", null, "The same boundaries with other weights: how far the order depends on them. Agreement 1 is the same order, -1 the reverse."),
      grid([
        { name: "order", cell: (a) => a.name },
        { name: "agreement", right: true, key: (a) => a.agreement, cell: (a) => a.agreement.toFixed(2) },
        { name: "first steps", cell: (a) => a.order.slice(0, 6).map((name, index) => [index ? ", " : "", boundaryNamed(name)]) },
      ], data.alternatives, { caption: "Alternatives" })] : "",
  ];
}
const boundaryNamed = (name) => (boundaryByName.has(name) ? boundaryLink(boundaryByName.get(name)) : name);

/** Bars of remaining effort, one after the other. */
function timeline(steps) {
  const total = steps.reduce((sum, step) => sum + step.remaining, 0) || 1;
  const [left, wide, high] = [170, 560, 22];
  const chart = svg("svg", { viewBox: `0 0 ${left + wide + 70} ${steps.length * high + 8}`, class: "chart", role: "img", "aria-label": `Effort of ${steps.length} steps, ${number(total)} points in all. The steps below hold the same figures.` });
  let at = 0;
  steps.forEach((step, index) => {
    const y = index * high;
    const x = left + (at / total) * wide, width = Math.max(2, (step.remaining / total) * wide);
    const name = step.boundary.length > 22 ? step.boundary.slice(0, 21) + "…" : step.boundary;
    chart.append(
      svg("text", { x: left - 8, y: y + 15, "text-anchor": "end" }, `${step.step}  ${name}`),
      svg("line", { x1: left, x2: left + wide, y1: y + 21.5, y2: y + 21.5, class: "axis" }),
      svg("rect", { x, y: y + 4, width, height: high - 8, rx: 2, class: "fill" }),
      svg("text", { x: x + width + 5, y: y + 15, class: "quiet" }, number(Math.round(step.remaining))),
    );
    at += step.remaining;
  });
  return el("div.scroll.chart-box", { tabindex: 0, role: "region", "aria-label": "Timeline" }, chart);
}

function stepItem(step) {
  const list = (title, rows) => (rows.length ? el("div", null, el("h3", null, title), el("ul", null, rows.map((row) => el("li", null, row)))) : "");
  const work = (title, ids) => (ids.length ? el("details", null, el("summary", null, `${title}: ${count(ids.length, "remedy", "remedies")}`), remedyList(ids.map((id) => remedies.get(id)).filter(Boolean))) : "");
  return el("li", { "data-n": step.step },
    el("h2", null, step.extract ? "Extract " : "Keep ", boundaryNamed(step.boundary)),
    el("p", null, stepLine(step), step.remaining !== step.effort ? `, ${number(step.remaining)} of them left by then` : "", ". ", gainLine(step)),
    step.requires.length ? el("p", null, "After ", step.requires.map((name, index) => [index ? ", " : "", boundaryNamed(name)]), ".") : "",
    el("div.columns", null, list("Why", step.reasons), list("Risks", step.risks), list("How to go back", step.rollback), list("How to know that it worked", step.signs)),
    work("Before the cut", step.before),
    work("After the cut", step.after),
    document.getElementById("picture:step-" + step.step) ? later("Before and after, as a picture", () => picture("step-" + step.step, "Above, today; below, after the step.")) : "",
    el("p", null, go(query(route("seams"), { step: step.step }), "List its seams")));
}

/** A closed part whose content is made when it is opened. */
function later(title, make) {
  const box = el("details", { ontoggle: () => { if (box.open && box.children.length === 1) box.append(...[make()].flat(Infinity).map(piece)); } }, el("summary", null, title));
  return box;
}

function remedyList(list, limit = 12) {
  const items = list.map((remedy) => () => {
    const [best, ...others] = remedy.options;
    return el("li", null,
      el("p", null, el("strong", null, remedy.subject), ": ", best ? [el("span.tag", null, words(best.kind)), ` ${number(best.points)} points`] : "",
        others.length ? el("span.quiet", null, `, or ${others.map((one) => `${words(one.kind)} ${number(one.points)}`).join(", ")}`) : ""),
      best && best.skipped ? el("p.small.quiet", null, "Left out: ", best.skipped, ".") : "",
      remedy.sketch ? el("pre", { tabindex: 0 }, remedy.sketch) : "",
      el("p.small", null, remedy.evidence.slice(0, 4).map((one, index) => [index ? ", " : "", place(one.file, one.line)]), remedy.places > 4 ? ` and ${remedy.places - 4} more` : ""));
  });
  return cutList("ul.plain.dense", items, limit, "remedy", "remedies");
}

/** The first of many items, and a button for the rest. */
function cutList(tag, items, limit, noun, plural) {
  const list = el(tag, null, items.slice(0, limit).map((make) => make()));
  if (items.length <= limit) return list;
  const more = el("button", { type: "button", onclick: () => { list.append(...items.slice(limit).map((make) => make())); more.remove(); } }, `Show ${count(items.length - limit, "more " + noun, "more " + plural)}`);
  return el("div", null, list, more);
}

function walls() {
  const kinds = [...new Set(data.walls.map((wall) => wall.kind))].sort();
  return [
    el("h1", null, "Walls before the split"),
    el("p", null, "Bottlenecks that a split would not remove. Each is a hypothesis with its lines; look at them first, they are often cheaper than a service."),
    kinds.map((kind) => {
      const list = data.walls.filter((wall) => wall.kind === kind).sort((a, b) => b.hot - a.hot || (b.measured ?? 0) - (a.measured ?? 0));
      return [el("h2", null, words(kind).replace("n plus one", "N+1 queries"), el("span.quiet", null, ` ${number(list.length)}`)),
        cutList("ul.plain", list.map((wall) => () => el("li.card", null,
          el("p", null, el("strong", null, wall.subject), " ", wall.hot ? el("span.tag.data", null, "hot") : "", wall.measured !== null ? ` measured ${number(wall.measured)}` : ""),
          el("p", null, wall.why), el("p", null, wall.proposal),
          wall.sketch ? el("pre", { tabindex: 0 }, wall.sketch) : "",
          el("p.small", null, wall.evidence.slice(0, 6).map((one, index) => [index ? ", " : "", place(one.file, one.line)]), wall.places > 6 ? ` and ${number(wall.places - 6)} more` : ""),
          wall.related.length ? el("p.small.quiet", null, "Also touched by the change: ", wall.related.slice(0, 6).map((one, index) => [index ? ", " : "", place(one.file, one.line)]), wall.others > 6 ? ` and ${number(wall.others - 6)} more` : "") : "")), 8, "finding", "findings")];
    }),
  ];
}

function cycles() {
  const size = (cycle) => cycle.boundaries.length;
  return [
    el("h1", null, "Cycles"),
    el("p", null, "Boundaries that need each other cannot be ordered. Removing the imports listed lets them be; the choice is a heuristic and not the smallest one."),
    grid([
      { name: "boundaries", key: size, cell: (cycle) => cycle.boundaries.map((name, at) => [at ? ", " : "", boundaryNamed(name)]) },
      { name: "imports to remove", right: true, key: (cycle) => cycle.breakers.length, cell: (cycle) => number(cycle.breakers.length) },
      { name: "the first of them", cell: (cycle) => cycle.breakers.slice(0, 3).map(([a, b], at) => [at ? el("br") : "", named(a), " → ", named(b)]) },
    ], [...data.cycles].sort((a, b) => size(b) - size(a)), { caption: "Cycles, largest first", limit: 30 }),
    data.cycles.map((cycle, index) => (document.getElementById(`picture:cycle-${index + 1}`) ? [
      el("h2", null, count(size(cycle), "boundary", "boundaries")),
      picture(`cycle-${index + 1}`, "Boundaries of this cycle; dashed arrows hold imports that would have to go."),
    ] : "")),
  ];
}
const named = (name) => (moduleByName.has(name) ? moduleLink(moduleByName.get(name).id) : el("code", null, name));

/** Any value of the analysis as a definition list; nested rows as tables. */
function facts(value, without = []) {
  const keys = Object.keys(value).filter((key) => !without.includes(key) && value[key] !== null && value[key] !== "" && !(Array.isArray(value[key]) && !value[key].length));
  return keys.length ? el("dl.facts", null, keys.map((key) => [el("dt", null, words(key)), el("dd", null, any(value[key]))])) : "";
}
function any(value) {
  if (typeof value === "number") return number(value);
  if (Array.isArray(value) && value.length && value.every((one) => one && typeof one === "object" && !Array.isArray(one))) {
    const keys = [...new Set(value.flatMap(Object.keys))];
    return grid(keys.map((key) => ({ name: words(key), right: typeof value[0][key] === "number", key: (row) => (typeof row[key] === "object" ? "" : row[key]), cell: (row) => any(row[key] ?? "") })), value, { limit: 20 });
  }
  if (Array.isArray(value)) return value.map((one, index) => [index ? ", " : "", any(one)]).slice(0, 60);
  if (value && typeof value === "object") return "file" in value && "line" in value && Object.keys(value).length === 2 ? place(value.file, value.line) : facts(value);
  return value === true ? "yes" : value === false ? "no" : value;
}

/** Horizontal bars with optional whiskers: rows are {name, value, low, high, said, look}; values share one scale. */
function bars(rows, { label, format = number, max = null, link = null }) {
  const [left, wide, high] = [230, 500, 24];
  const most = max ?? Math.max(1e-9, ...rows.map((row) => row.high ?? row.value));
  const scale = (value) => (value / most) * wide;
  const chart = svg("svg", { viewBox: `0 0 ${left + wide + 80} ${rows.length * high + 6}`, class: "chart", role: "img", "aria-label": `${label}: ${rows.slice(0, 12).map((row) => `${row.name} ${format(row.value)}`).join(", ")}` });
  rows.forEach((row, index) => {
    const y = index * high;
    const name = row.name.length > 34 ? "…" + row.name.slice(-33) : row.name;
    const bar = svg("rect", { x: left, y: y + 5, width: Math.max(1, scale(row.value)), height: high - 10, rx: 2, class: row.look || "fill" });
    explain(bar, () => row.said || `${row.name}: ${format(row.value)}`);
    const text = svg("text", { x: left - 8, y: y + 16, "text-anchor": "end" }, name);
    chart.append(text, bar);
    if (row.high !== undefined) chart.append(svg("line", { x1: left + scale(row.low), x2: left + scale(row.high), y1: y + 12, y2: y + 12, class: "whisker" }));
    chart.append(svg("text", { x: left + scale(row.high ?? row.value) + 6, y: y + 16, class: "quiet" }, format(row.value)));
  });
  return el("div.scroll.chart-box", { tabindex: 0, role: "region", "aria-label": label }, chart);
}

const contained = (one, look) => ({ name: `${one.name} (${one.groups})`, value: one.inside, low: one.low, high: one.high, look,
  said: `${share(one.inside)} of ${count(one.changes, "change")} inside one group (95 %: ${share(one.low)} to ${share(one.high)}); by chance ${share(one.by_chance)}, lift ${number(one.lift)}; ${number(one.per_change)} groups a change` });
const points = (value) => `${value >= 0 ? "+" : "−"}${number(Math.abs(Math.round(value * 1000) / 10))} points`;
const gainText = ([mean, low, high]) => `${points(mean)} (95 %: ${points(low)} to ${points(high)})`;
const commits = (list) => el("span.mono.small", null, list.map((sha, index) => [index ? " " : "", sha.slice(0, 9)]));
const anything = (name) => (boundaryByName.has(name) ? boundaryNamed(name) : tableByName.has(name) ? tableLink(tableByName.get(name).id) : named(name));

function historySection() {
  const blast = data.blast_radius;
  return [
    el("h1", null, "Change history"),
    blast.changes ? [
      el("p", null, `${count(blast.changes, "change")} of at most ${count(blast.largest, "module")} each were counted. `,
        blast.left_out.length ? ["Left out: ", blast.left_out.map((one, index) => [index ? ", " : "", any(Object.values(one).filter((v) => typeof v !== "object").map(String).join(" "))]), "."] : ""),
      el("h2", null, "Changes that stay inside one group"),
      el("p", null, "Of the changes that touch several modules, the share that touches one group alone, with its 95 % interval. In-sample: the proposal was made with this history in view."),
      bars([contained(blast.proposed, "good"), contained(blast.today), { name: "random, sizes of the proposal", value: blast.proposed.by_chance, look: "axis-fill" }], { label: "Share of changes inside one group", format: share, max: 1 }),
      el("p", null, `Against as many of today's packages: ${gainText(blast.gain)}.`),
    ] : "",
    data.backtest ? backtest(data.backtest) : "",
    data.trend ? trend(data.trend) : "",
    radiusSection(),
    blast.hotspots?.length ? [el("h2", null, "Hotspots"), el("p", null, "Changed often, and large: each bar is a module's part of the sum of changes times lines."),
      bars(blast.hotspots.slice(0, 20).map((spot) => ({ name: spot.module, value: spot.share, said: `${spot.module}: ${count(spot.changes, "change")}, ${count(spot.lines, "line")}` })), { label: "Hotspots", format: (v) => `${number(Math.round(v * 1000) / 10)} %` }),
      grid([
        { name: "module", key: (h) => h.module, cell: (h) => named(h.module) },
        { name: "changes", right: true, key: (h) => h.changes, cell: (h) => number(h.changes) },
        { name: "lines", right: true, key: (h) => h.lines, cell: (h) => number(h.lines) },
      ], blast.hotspots, { caption: "Hotspots", limit: 10 })] : "",
    blast.hidden ? [el("h2", null, "Hidden coupling"), el("p", null, "Modules that change together beyond chance, and share no import, no table and no wiring."), coupled(blast.hidden, "Hidden coupling")] : "",
    blast.boundaries?.length ? [el("h2", null, "Boundaries that change together"), coupled(blast.boundaries, "Boundaries that change together beyond chance")] : "",
    blast.tables?.length ? [el("h2", null, "Tables that change together"), coupled(blast.tables, "Tables that change together beyond chance")] : "",
    blast.silence?.length ? [el("h2", null, "What was looked for and not found"), el("ul", null, blast.silence.map((one) => el("li", null, one)))] : "",
  ];
}

function coupled(rows, caption) {
  return grid([
    { name: "a", key: (c) => c.a, cell: (c) => anything(c.a) },
    { name: "b", key: (c) => c.b, cell: (c) => anything(c.b) },
    { name: "together", right: true, key: (c) => c.support, cell: (c) => number(c.support) },
    { name: "expected", right: true, key: (c) => c.expected, cell: (c) => number(c.expected) },
    { name: "b with a, a with b", key: (c) => Math.max(...c.confidence), cell: (c) => c.confidence.map(share).join(", ") },
    { name: "newest commits", cell: (c) => commits(c.commits) },
  ], rows, { caption, limit: 20, sort: 2 });
}

function radiusSection() {
  const rows = data.radii.map((row) => radii.get(`${row[0]}:${row[1]}`)).filter((row) => row.kind !== MODULE);
  if (!rows.length) return "";
  const name = (row) => (row.kind === BOUNDARY ? boundaries[row.id].name : tables[row.id].name);
  const table = (kind, caption) => grid([
    { name: caption.toLowerCase(), key: name, cell: (r) => (kind === BOUNDARY ? boundaryLink(r.id) : tableLink(r.id)) },
    { name: "changes", right: true, key: (r) => r.changes, cell: (r) => number(r.changes) },
    { name: "modules", right: true, key: (r) => r.modules, cell: (r) => number(r.modules) },
    { name: "boundaries", right: true, key: (r) => r.boundaries, cell: (r) => number(r.boundaries) },
    { name: "tables", right: true, key: (r) => r.tables, cell: (r) => number(r.tables) },
    { name: "people", right: true, key: (r) => r.people, cell: (r) => number(r.people) },
  ], rows.filter((row) => row.kind === kind), { caption: "What a change that touches it touches in all, on average", limit: 15, sort: 3 });
  const widest = rows.filter((row) => row.kind === BOUNDARY).sort((a, b) => b.boundaries - a.boundaries).slice(0, 20);
  return [el("h2", null, "Blast radius"), el("p", null, "The mean number of boundaries that a change touches, for the changes that touch each boundary; the line ends at the 90th percentile."),
    bars(widest.map((row) => ({ name: name(row), value: row.boundaries, low: row.boundaries, high: Math.max(row.boundaries, row.boundaries90), said: `${name(row)}: ${number(row.boundaries)} boundaries, ${number(row.modules)} modules and ${number(row.tables)} tables a change, over ${count(row.changes, "change")}` })), { label: "Boundaries touched by a change" }),
    table(BOUNDARY, "Boundary"), rows.some((row) => row.kind === TABLE) ? [el("h3", null, "Of tables"), table(TABLE, "Table")] : ""];
}
function radiusLine(row) {
  if (!row) return "";
  return el("p", null, `Blast radius: the ${count(row.changes, "change")} that touched it touched ${number(row.modules)} modules, ${number(row.boundaries)} boundaries and ${number(row.tables)} tables on average.`);
}

function backtest(found) {
  return [
    el("h2", null, "Backtest"),
    el("p", null, `The proposal that would have been made on ${found.date}, from ${count(found.trained_on, "change")}, on the ${count(found.changes, "change")} since, which it had not seen.`),
    bars([contained(found.proposed, "good"), contained(found.packages), { name: "random, sizes of the proposal", value: found.proposed.by_chance, look: "axis-fill" }], { label: "Held-out changes inside one group", format: share, max: 1 }),
    el("p", null, found.lesson),
    grid([
      { name: "prediction of what else changes", cell: (r) => words(r.name) },
      { name: "recall at 10", right: true, key: (r) => r.recall_10, cell: (r) => share(r.recall_10) },
      { name: "precision at 10", right: true, key: (r) => r.precision_10, cell: (r) => share(r.precision_10) },
      { name: "reciprocal rank", right: true, key: (r) => r.mrr, cell: (r) => number(r.mrr) },
    ], found.rankings, { caption: "Given one changed module, naming the others" }),
    found.notes.map((note) => el("p.quiet", null, note)),
  ];
}

/** One small line chart for each key figure. */
function trend(found) {
  const figures = [["crossing imports", "crossing_imports"], ["shared tables", "shared_tables"], ["cycles", "cycles"], ["changes inside one boundary", "inside"]];
  const [wide, high, pad] = [240, 110, 26];
  const line = ([title, key]) => {
    const values = found.points.map((point) => point[key]);
    const most = key === "inside" ? 1 : Math.max(1, ...values);
    const at = (index) => [pad + (index / Math.max(1, values.length - 1)) * (wide - 2 * pad), high - pad - (values[index] / most) * (high - 2 * pad)];
    const format = key === "inside" ? share : number;
    return el("div.card", null, el("h3", null, title), svg("svg", { viewBox: `0 0 ${wide} ${high}`, class: "chart", role: "img", "aria-label": `${title}: ${found.points.map((point) => `${point.date} ${format(point[key])}`).join(", ")}` },
      svg("line", { x1: pad, x2: wide - pad, y1: high - pad, y2: high - pad, class: "axis" }),
      svg("polyline", { points: values.map((_, index) => at(index).join(",")).join(" "), class: "line" }),
      svg("text", { x: pad, y: high - 8, class: "quiet" }, found.points[0].date.slice(0, 7)),
      svg("text", { x: wide - pad, y: high - 8, "text-anchor": "end", class: "quiet" }, found.points.at(-1).date.slice(0, 7)),
      svg("text", { x: wide - pad, y: Math.max(12, at(values.length - 1)[1] - 6), "text-anchor": "end" }, format(values.at(-1)))));
  };
  return found.points.length ? [el("h2", null, "Trend"), el("p", null, `Key figures of ${found.layout} along the history.`), el("div.cards", null, figures.map(line)), found.notes.map((note) => el("p.quiet", null, note))] : "";
}

function people() {
  const blast = data.blast_radius;
  return [
    el("h1", null, "People"),
    el("p", null, "Who changes each boundary, and where people get in each other's way."),
    grid([
      { name: "boundary", key: (k) => k.boundary, cell: (k) => boundaryNamed(k.boundary) },
      { name: "verdict", key: (k) => k.verdict, cell: (k) => k.verdict },
      { name: "people", key: (k) => k.authors, right: true, cell: (k) => number(k.authors) },
      { name: "most of the changes", cell: (k) => el("span.small", null, k.people.slice(0, 4).map(([name, part], at) => [at ? ", " : "", `${name} ${share(part)}`])) },
      { name: "owners", cell: (k) => el("span.small", null, k.owners.join(", ")) },
    ], blast.knowledge, { caption: "Knowledge of boundaries; owners by CODEOWNERS", limit: 40 }),
    el("h2", null, "Collisions"),
    el("p", null, `Different people who changed one module within ${count(blast.collisions[0]?.days ?? 3, "day")}: what a split would take apart.`),
    grid([
      { name: "module", key: (c) => c.module, cell: (c) => named(c.module) },
      { name: "boundary", cell: (c) => (moduleByName.has(c.module) ? boundaryLink(moduleByName.get(c.module).home) : "") },
      { name: "times", right: true, key: (c) => c.times, cell: (c) => number(c.times) },
      { name: "people", cell: (c) => el("span.small", null, c.people.slice(0, 4).join(", "), c.people.length > 4 ? ` and ${c.people.length - 4} more` : "") },
      { name: "newest commits", cell: (c) => commits(c.commits) },
    ], blast.collisions, { caption: "Collisions, most first", limit: 20, sort: 2 }),
  ];
}

function peopleOf(one) {
  const known = data.blast_radius.knowledge?.find((row) => row.boundary === one.name);
  const reach = radii.get(`${BOUNDARY}:${one.index}`);
  const hidden = (data.blast_radius.boundaries ?? []).filter((pair) => pair.a === one.name || pair.b === one.name);
  if (!known && !reach) return "";
  return [el("h2", null, "History and people"),
    radiusLine(reach),
    known ? el("p", null, `${count(known.authors, "person", "people")} changed it (${known.verdict}): `, known.people.slice(0, 5).map(([name, part], at) => [at ? ", " : "", `${name} ${share(part)}`]), ".",
      known.owners.length ? ` Owners: ${known.owners.join(", ")}.` : "") : "",
    hidden.length ? el("p", null, "Changes more often than by chance with ", hidden.slice(0, 6).map((pair, at) => [at ? ", " : "", boundaryNamed(pair.a === one.name ? pair.b : pair.a), ` (${number(pair.support)})`]), ".") : ""];
}

function changesSection() {
  const found = data.changes;
  const home = (name) => (boundaryByName.has(name) ? boundaryNamed(name) : name || "none");
  const moves = (rows, caption, link) => grid([
    { name: "name", key: (m) => m.name, cell: (m) => link(m.name) },
    { name: "before", key: (m) => m.before, cell: (m) => home(m.before) },
    { name: "now", key: (m) => m.after, cell: (m) => home(m.after) },
  ], rows, { caption, limit: 30 });
  const crossings = (rows, caption) => grid([
    { name: "kind", key: (s) => s.kind, cell: (s) => words(s.kind) },
    { name: "from", key: (s) => s.source, cell: (s) => anything(s.source) },
    { name: "to", key: (s) => s.target, cell: (s) => anything(s.target) },
    { name: "places", right: true, key: (s) => s.places, cell: (s) => number(s.places) },
  ], rows, { caption, limit: 30 });
  const list = (title, names) => (names.length ? el("p", null, title, names.map((name, at) => [at ? ", " : "", home(name)]), ".") : "");
  return [
    el("h1", null, "What is different"),
    el("p", null, `Since the analysis of ${found.since}.`),
    grid([
      { name: "figure", cell: (f) => f.name },
      { name: "before", right: true, cell: (f) => number(f.before) },
      { name: "now", right: true, cell: (f) => number(f.after) },
      { name: "difference", right: true, key: (f) => Math.abs(f.after - f.before), cell: (f) => (f.after === f.before ? "" : (f.after > f.before ? "+" : "−") + number(Math.abs(f.after - f.before))) },
    ], found.figures, { caption: "Figures" }),
    list("Boundaries added: ", found.boundaries_added), list("Boundaries removed: ", found.boundaries_removed),
    el("h2", null, "Modules that stand elsewhere"), moves(found.moved, "Modules that stand elsewhere", named),
    el("h2", null, "Tables with another owner"), moves(found.owners, "Tables with another owner", anything),
    el("h2", null, "Seams added"), crossings(found.seams_added, "Seams added"),
    el("h2", null, "Seams removed"), crossings(found.seams_removed, "Seams removed"),
  ];
}

function figures() {
  return [
    el("h1", null, "Figures"),
    Object.keys(data.metrics).length ? facts(data.metrics) : "",
    el("h2", null, "What each figure means"),
    el("dl.facts", null, data.definitions.map(([name, meaning]) => [el("dt", null, name), el("dd", null, meaning)])),
  ];
}

function gaps() {
  return [
    el("h1", null, "Problems and gaps"),
    el("p", null, "What could not be read or resolved. The rest of the analysis stands without it."),
    el("h2", null, "Problems"),
    grid([{ name: "place", key: (r) => r[0], cell: (r) => place(r[0], r[1]) }, { name: "what", cell: (r) => r[2] }], data.problems, { caption: "Problems", empty: "Every file was read." }),
    el("h2", null, "References that were not resolved"),
    data.unresolved_total > data.unresolved.length ? el("p", null, `${number(data.unresolved_total)} in all; the first ${number(data.unresolved.length)} are shown, the rest stands in analysis.json.`) : "",
    grid([
      { name: "kind", key: (r) => r[0], cell: (r) => words(text(r[0])) },
      { name: "place", cell: (r) => place(text(r[1]), r[2]) },
      { name: "text", cell: (r) => el("code", null, r[3]) },
    ], data.unresolved, { caption: "Not resolved", empty: "Every reference was resolved.", limit: 50 }),
    ...resolved(),
    el("h2", null, "Files read in part"),
    grid([{ name: "file", key: (m) => m.path, cell: (m) => place(m.path, 0) }], modules.filter((m) => m.partial), { caption: "Files whose syntax the interpreter did not know", empty: "None." }),
  ];
}

/** The share of lines that touch tables and are resolved: of the whole, and of each module that has gaps. */
function resolved() {
  const [known, open, rows] = data.resolution;
  if (!known && !open) return [];
  const part = (r) => r[1] / (r[1] + r[2]);
  return [
    el("h2", null, "How much of what touches tables is resolved"),
    el("p", null, `Of ${number(known + open)} lines that touch tables, ${share(known / (known + open))} are resolved: all their tables are known. The modules with gaps:`),
    grid([
      { name: "module", key: (r) => modules[r[0]].name, cell: (r) => moduleLink(r[0]) },
      { name: "lines", right: true, key: (r) => r[1] + r[2], cell: (r) => number(r[1] + r[2]) },
      { name: "not resolved", right: true, key: (r) => r[2], cell: (r) => number(r[2]) },
      { name: "resolved", right: true, key: part, cell: (r) => share(part(r)) },
    ], rows.filter((r) => r[2]), { caption: "Modules with gaps", empty: "None.", sort: 2, limit: 50 }),
  ];
}

/** A sentence where some of a module's accesses could not be resolved. */
function gapsOf(id) {
  const row = (data.resolution[2] ?? []).find((r) => r[0] === id);
  return row && row[2] ? el("p", null, `${number(row[2])} of its ${number(row[1] + row[2])} lines that touch tables could not be resolved.`) : "";
}

function modulePage([name]) {
  const module = moduleByName.get(name);
  if (!module) return missing("module", name);
  const into = new Map(), from = new Map();
  for (let i = 0; i < data.imports.length; i += 3) {
    if (data.imports[i] === module.id) into.set(data.imports[i + 1], data.imports[i + 2]);
    if (data.imports[i + 1] === module.id) from.set(data.imports[i], data.imports[i + 2]);
  }
  const why = placement(module);
  const list = (pairs, file) => grid([
    { name: "module", key: ([id]) => modules[id].name, cell: ([id]) => moduleLink(id) },
    { name: "boundary", key: ([id]) => homeName(modules[id].home), cell: ([id]) => boundaryLink(modules[id].home) },
    { name: "line", cell: ([id, line]) => place(file ?? modules[id].path, line) },
  ], [...pairs].sort(by(([id]) => modules[id].name)), { limit: 30 });
  return [
    el("h1.mono", null, module.name),
    el("p", null, place(module.path, 0), `, ${count(module.lines, "line")}, ${module.kind}; stands in `, boundaryLink(module.home), "."),
    why ? [el("h2", null, "Why it is here"), el("p", null, `${share(why[1])} of the clustering runs agree.`, why[2] >= 0 ? [" It would go to ", boundaryLink(why[2]), " otherwise."] : ""), el("ul", null, why[3].map((r) => el("li", null, text(r))))] : "",
    radiusLine(radii.get(`${MODULE}:${module.id}`)),
    el("h2", null, "Tables that it touches"),
    grid([
      { name: "table", key: (u) => tables[u.table].name, cell: (u) => tableLink(u.table) },
      { name: "owner", key: (u) => homeName(tables[u.table].owner), cell: (u) => boundaryLink(tables[u.table].owner) },
      { name: "reads", right: true, key: (u) => u.reads, cell: (u) => number(u.reads) },
      { name: "writes", right: true, key: (u) => u.writes, cell: (u) => number(u.writes) },
      { name: "first lines", cell: (u) => u.lines.map((line, i) => (i ? [", ", place(module.path, line, String(line))] : place(module.path, line))) },
    ], uses.filter((use) => use.module === module.id)),
    gapsOf(module.id),
    el("h2", null, "It imports"), list(into, module.path),
    el("h2", null, "It is imported by"), list(from, null),
    el("h2", null, "Its seams"),
    grid(seamColumns, seams.filter((s) => s.fromModule === module.id || s.target === module.id), { sort: 4, limit: 30 }),
  ];
}

function tablePage([name]) {
  const table = tableByName.get(name);
  if (!table) return missing("table", name);
  return [
    el("h1.mono", null, table.name),
    el("p", null, table.model ? `Declared as ${table.model}` : "Declared nowhere that was read", table.file ? [" in ", place(table.file, table.line)] : "",
      table.owner >= 0 ? [". Owned by ", boundaryLink(table.owner), "."] : ". Owned by nobody."),
    owning(data.ownership[table.name]),
    radiusLine(radii.get(`${TABLE}:${table.id}`)),
    el("h2", null, "Who touches it"),
    grid([
      { name: "module", key: (u) => modules[u.module].name, cell: (u) => moduleLink(u.module) },
      { name: "boundary", key: (u) => homeName(modules[u.module].home), cell: (u) => boundaryLink(modules[u.module].home) },
      { name: "writes", right: true, key: (u) => u.writes, cell: (u) => number(u.writes) },
      { name: "reads", right: true, key: (u) => u.reads, cell: (u) => number(u.reads) },
      { name: "first lines", cell: (u) => u.lines.map((line, i) => (i ? [", ", place(modules[u.module].path, line, String(line))] : place(modules[u.module].path, line))) },
    ], uses.filter((use) => use.table === table.id), { sort: 2 }),
    el("h2", null, "Foreign keys"),
    grid([
      { name: "from", cell: (k) => [el("code", null, `${text(k[0])}.${text(k[1])}`)] },
      { name: "to", cell: (k) => el("code", null, text(k[2])) },
      { name: "on delete", cell: (k) => text(k[3]) },
      { name: "place", cell: (k) => place(text(k[4]), k[5]) },
    ], data.foreign_keys.filter((k) => text(k[0]) === table.name || text(k[2]) === table.name)),
  ];
}

function owning(why) {
  if (!why) return "";
  return [el("h2", null, "Why this owner"),
    el("p", null, `Claim: ${words(why.claim)}. Confidence ${share(why.confidence)}.`, why.challenger ? [" The next best claim is that of ", boundaryNamed(why.challenger), "."] : ""),
    el("ul", null, why.reasons.map((reason) => el("li", null, reason))),
    why.evidence.length ? el("p.small", null, why.evidence.slice(0, 6).map((one, index) => [index ? ", " : "", place(one.file, one.line)])) : ""];
}

const missing = (what, name) => [el("h1", null, `No such ${what}`), el("p", null, `This analysis has no ${what} named `, el("code", null, name ?? ""), ".")];
