/* All boundaries, one boundary, one module. */

function boundaryGrid(limit) {
  return grid([
    { name: "boundary", key: (b) => b.name, cell: (b) => boundaryLink(b.index) },
    { name: "modules", right: true, key: (b) => b.source.length, cell: (b) => number(b.source.length) },
    { name: "lines", right: true, key: (b) => b.lines, cell: (b) => number(b.lines) },
    { name: "tables", right: true, key: (b) => b.tables.length, cell: (b) => number(b.tables.length) },
    { name: "seams in", right: true, key: (b) => b.in.length, cell: (b) => number(b.in.length) },
    { name: "seams out", right: true, key: (b) => b.out.length, cell: (b) => number(b.out.length) },
    ...(data.placements.length ? [{ name: "agreement", right: true, key: agreement, cell: (b) => share(agreement(b)) }] : []),
    ...(data.plan.length ? [{ name: "plan", key: (b) => planRank(b.name), cell: (b) => planOf(b.name) }] : []),
  ], limit ? bySize.slice(0, limit) : bySize, { caption: `Boundaries, largest first${data.placements.length ? "; agreement is the share of clustering runs that put a module where it is, on average" : ""}` });
}

/** The mean agreement of the clustering runs over a boundary's modules. */
function agreement(one) {
  const found = one.source.map(placement).filter(Boolean);
  return found.reduce((sum, row) => sum + row[1], 0) / (found.length || 1);
}
const planStep = new Map(data.plan.map((step) => [step.boundary, step]));
const planRank = (name) => { const step = planStep.get(name); return step ? step.step + (step.extract ? 0 : 10000) : 20000; };
const planOf = (name) => { const step = planStep.get(name); return step ? go(route("plan", String(step.step)), step.extract ? `${step.waits ? "not yet" : `step ${step.step}`}${step.form === "library" ? ", library" : ""}` : "leave") : ""; };

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
    ...(rows.some(placement) ? [
      { name: "agreement", right: true, key: (m) => placement(m)?.[1] ?? -1, cell: (m) => (placement(m) ? share(placement(m)[1]) : "") },
      ...(paper === PAPER ? [] : [{ name: "strongest ties", cell: (m) => el("span.small", null, prose((placement(m)?.[3] || []).map(text).join("; "))) }]),
    ] : []),
  ], rows, { caption, limit: 50, look: "modules" });
}

const placements = new Map(data.placements.map((row) => [row[0], row]));

const placement = (module) => placements.get(module.id);

function boundaryPage(name) {
  const one = boundaries[boundaryByName.get(name)];
  if (!one) return missing("boundary", name, "boundaries");
  const around = bySize.filter((other) => other !== one)
    .map((other) => ({ other, out: crossing[one.index][other.index], in: crossing[other.index][one.index] }))
    .filter((row) => row.out.code + row.out.data + row.in.code + row.in.data);
  const sum = (cell) => cell.code + cell.data;
  return [
    el("p.quiet", null, go(route("boundaries"), "Boundaries")),
    el("h1", null, one.name),
    el("p", null, prose(one.why), "."),
    el("div.cards.four", null,
      card("Size", count(one.source.length, "module"), `${count(one.lines, "line")}`),
      card("Tables", number(one.tables.length), listed(one.tables.map((table) => tableLink(table.id)), 4)),
      card("Seams", [go(query(route("seams"), { to: one.name }), `${number(one.in.length)} in`), ", ", go(query(route("seams"), { from: one.name }), `${number(one.out.length)} out`)], ["places where others reach into it, and it into others"]),
      planStep.has(one.name) ? card("Plan", planStep.get(one.name).extract ? (planStep.get(one.name).waits ? "Not yet" : `Step ${planStep.get(one.name).step}`) : "Leave", [go(route("plan", String(planStep.get(one.name).step)), planStep.get(one.name).extract ? "See the step" : "See why"), ", ", go(query(route("map"), { focus: one.name, only: "1" }), "focus the map on it")]) : ""),
    picture("boundary:" + one.name, "Who uses it on the left, what it uses on the right."),
    peopleOf(one),
    paper === PAPER ? "" : [el("h2", null, "Neighbours"), grid([
      { name: "boundary", key: (r) => r.other.name, cell: (r) => boundaryLink(r.other.index) },
      { name: "uses this", right: true, key: (r) => sum(r.in), cell: (r) => seamCount(r.other.name, one.name, r.in) },
      { name: "used by this", right: true, key: (r) => sum(r.out), cell: (r) => seamCount(one.name, r.other.name, r.out) },
    ], around.sort((a, b) => sum(b.in) + sum(b.out) - sum(a.in) - sum(a.out)), { caption: "Seams with other boundaries: in code + in data", empty: "No seam leads out of this boundary or into it." })],
    one.tables.length ? [el("h2", null, "Tables"), tableGrid(one.tables, "Tables that this boundary owns")] : "",
    el("h2", null, "Modules"),
    moduleGrid([...one.modules].sort((a, b) => (a.kind !== "source") - (b.kind !== "source") || b.lines - a.lines), `Modules of this boundary${paper === PAPER ? "" : ", with the ties that put them here: how strong, and the first line; then the strongest to outside"}`),
  ];
}

const seamCount = (from, to, cell) => (cell.code + cell.data ? go(query(route("seams"), { from, to }), `${number(cell.code)} + ${number(cell.data)}`) : "");

const named = (name) => (moduleByName.has(name) ? moduleLink(moduleByName.get(name).id) : el("code", null, name));

function radiusLine(row) {
  if (!row) return "";
  return el("p", null, `Blast radius: the ${count(row.changes, "change")} that touched it touched ${fixed(row.modules)} modules, ${fixed(row.boundaries)} boundaries and ${fixed(row.tables)} tables on average.`);
}

const VERDICTS = { "one person": ", one of them most of it", nobody: ", none of them a sixth of it" };

function peopleOf(one) {
  const known = data.blast_radius.knowledge?.find((row) => row.boundary === one.name);
  const reach = radii.get(`${BOUNDARY}:${one.index}`);
  const hidden = (data.blast_radius.boundaries ?? []).filter((pair) => pair.a === one.name || pair.b === one.name);
  if (!known && !reach) return "";
  return [el("h2", null, "History and people"),
    radiusLine(reach),
    known ? el("p", null, `${count(known.authors, "person", "people")} changed it${(known.authors > 1 && VERDICTS[known.verdict]) || ""}: `, known.people.slice(0, 5).map(([name, part], at) => [at ? ", " : "", `${name} ${share(part)}`]), ".",
      known.owners.length ? ` Owners: ${known.owners.join(", ")}.` : "") : "",
    hidden.length ? el("p", null, "Changes more often than by chance with ", hidden.slice(0, 6).map((pair, at) => [at ? ", " : "", boundaryNamed(pair.a === one.name ? pair.b : pair.a), ` (${number(pair.support)})`]), ".") : ""];
}

function modulePage([name]) {
  const module = moduleByName.get(name);
  if (!module) return missing("module", name, "boundaries");
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
    why ? [el("h2", null, "Why it is here"), el("p", null, `${share(why[1])} of the clustering runs agree.${why[1] < 0.5 ? " Few agree where it was a close call, or where a group too small to stand alone joined the one that it is tied to most." : ""}`, why[2] >= 0 ? [" It would go to ", boundaryLink(why[2]), " otherwise."] : "", why[3].length ? " Its strongest ties, with their strength and first line:" : ""), el("ul", null, why[3].map((r) => el("li", null, prose(text(r)))))] : "",
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
    grid(seamColumns, seams.filter((s) => s.fromModule === module.id || s.target === module.id), { look: "seams", sort: 4, limit: 30 }),
  ];
}

const missing = (what, name, section) => [el("h1", null, `No such ${what}`), el("p", null, `This analysis has no ${what} named `, el("code", null, name ?? ""), ". ", "See ", go(route(section), `the ${section}`), ", or find a name above.")];
