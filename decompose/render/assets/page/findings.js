/* Walls, cycles, figures with their definitions, problems and gaps. */

const WALLS = {
  n_plus_one: ["N+1 queries", "A query in a loop over rows of another query."],
  missing_index: ["Missing indexes", "Columns that queries filter or sort by, without an index that was seen."],
  wide_join: ["Wide joins", "Queries that join many tables: they tie boundaries together in the database."],
  replica: ["Reads for a replica", "Reads that could go to a copy of the database."],
  raw_connection: ["Raw connections", "Connections opened around the framework's pool."],
  cacheable: ["Worked out again", "Results worked out for each request from tables that seldom change."],
  collisions: ["Collisions", "Modules that different people change at the same time."],
  blast_radius: ["Changes that spread", "Changes that no boundary holds together."],
};

/** Walls by kind, the few before the many; each kind says what it is. */
function walls() {
  const kinds = Object.keys(WALLS).concat([...new Set(data.walls.map((wall) => wall.kind))].filter((kind) => !WALLS[kind]).sort())
    .map((kind) => [kind, data.walls.filter((wall) => wall.kind === kind).sort((a, b) => b.hot - a.hot || (b.measured ?? 0) - (a.measured ?? 0))])
    .filter(([, list]) => list.length);
  return [
    el("h1", null, "Walls before the split"),
    el("p", null, "Bottlenecks that a split would not remove. Each is a hypothesis with its lines; look at them first, they are often cheaper than a service."),
    kinds.length ? bars(kinds.map(([kind, list]) => ({ name: WALLS[kind]?.[0] ?? words(kind), value: list.length, look: "fill2", said: `${count(list.length, "finding")}, ${number(list.filter((wall) => wall.hot).length)} of them hot` })), { label: "Walls by kind" }) : el("p.empty", null, "None was found."),
    kinds.map(([kind, list]) => [
      el("h2", null, WALLS[kind]?.[0] ?? words(kind), el("span.quiet", null, ` ${number(list.length)}`)),
      WALLS[kind] ? el("p.quiet", null, WALLS[kind][1]) : "",
      cutList("ul.plain.two", list.map((wall) => () => wallCard(wall)), 6, "finding", "findings")]),
  ];
}
function wallCard(wall) {
  return el("li.card", null,
    el("p", null, el("strong", null, soft(wall.subject)), " ", wall.hot ? explain(el("span.tag.data", { tabindex: 0 }, "hot"), () => "Reachable from a request, and in a loop or from several entries") : "", wall.measured !== null ? ` measured ${number(wall.measured)}` : ""),
    el("p", null, prose(sentence(wall.why))), el("p", null, "→ ", prose(sentence(wall.proposal))),
    wall.sketch ? el("pre", { tabindex: 0 }, inLines(wall.sketch)) : "",
    wall.evidence.length ? el("p.small", null, placeList(wall.evidence, 6, wall.places)) : "",
    wall.requests?.length ? el("p.small", null, "Reached by ", wall.requests.map((name, index) => [index ? " and " : "", soft(name)]), wall.requests.length > 1 ? ", perhaps by more" : "") : "",
    wall.related.length ? el("p.small.quiet", null, "Also touched by the change: ", placeList(wall.related, 6, wall.others)) : "");
}
/** A capital at its start, unless a name of the code stands there, and a full stop at its end. */
const sentence = (said) => { const bare = said.replaceAll("`", ""); return (/^\S*[._:]\S/.test(bare) ? bare.charAt(0) : bare.charAt(0).toUpperCase()) + bare.slice(1) + (/[.?!]$/.test(bare) ? "" : "."); };

function cycles() {
  const size = (cycle) => cycle.boundaries.length;
  const ranked = [...data.cycles].sort((a, b) => size(b) - size(a));
  const drawn = ranked.map((cycle, index) => [cycle, `cycle-${index + 1}`]).filter(([, stem]) => document.getElementById("picture:" + stem));
  return [
    el("h1", null, "Cycles"),
    el("p", null, "Boundaries that need each other cannot be ordered. Without the imports to remove they can; these come from a heuristic, and fewer may do. ", go(query(route("structure"), { order: "dependency" }), "See the structure"), "."),
    drawn.map(([cycle, stem]) => [el("h2", null, `${count(size(cycle), "boundary needs", "boundaries need")} each other`), picture(stem, "Boundaries of this cycle; dashed arrows hold imports that would have to go.")]),
    el("h2", null, "All cycles"),
    grid([
      { name: "boundaries", key: size, cell: (cycle) => listed(cycle.boundaries.map(boundaryNamed), 40) },
      { name: "imports to remove", right: true, key: (cycle) => cycle.breakers.length, cell: (cycle) => number(cycle.breakers.length) },
      { name: "the first of them", cell: (cycle) => [cycle.breakers.slice(0, 3).map(([a, b]) => el("div.pair", null, named(a), " → ", named(b))), cycle.breakers.length > 3 ? el("span.quiet", null, ` and ${cycle.breakers.length - 3} more`) : ""] },
    ], ranked, { caption: "Cycles, largest first", limit: 20, look: "cycles" }),
  ];
}

/** The metrics of the field: one row each, for the proposal, for packages and for chance. */
function measures(groupings) {
  const digits = (key) => (groupings.some((one) => Math.abs(one[key]) >= 10) ? 1 : 3); // the same in a row
  const figure = (value, key) => fixed(Math.abs(value) < 0.0005 ? 0 : value, digits(key)).replace("-", "−");
  const short = ["proposed", "packages", "random"];
  return [
    el("h2", null, "The proposal beside packages and chance"),
    el("p", null, `Each grouping has about as many groups: ${groupings.map((one) => `${one.name} (${one.groups})`).join(", ")}. What passes between two modules is the number of names that one uses of the other.`),
    grid([
      { name: "measure", key: (m) => m[1], cell: (m) => m[1] },
      ...groupings.map((one, at) => ({ name: short[at] ?? one.name, right: true, cell: (m) => figure(one[m[0]], m[0]) })),
      { name: "better", key: (m) => m[2], cell: (m) => m[2] },
      { name: "meaning", cell: (m) => el("span.small", null, m[3]) },
    ], data.measures.filter((m) => m[0] in groupings[0]), { caption: "Measures of the groupings" }),
  ];
}

/** How firmly each boundary stands: shares of the weight of its ties. */
function firmness(rows) {
  const columns = [
    ["agreed", "runs agree", "share of the clustering runs that put its modules together"],
    ["kept", "kept inside", "share of the weight of its ties that stays inside"],
    ["kept_by_chance", "by chance", "the same in a random graph that keeps every degree"],
    ["joined", "joined", "share that would become inside if it were merged with the nearest"],
    ["joined_by_chance", "joined by chance", "the same in a random graph"],
    ["cut", "cut", "share of what is inside that the best halving would turn to across"],
  ];
  return [
    el("h2", null, "How firmly each boundary stands"),
    grid([
      { name: "boundary", key: (r) => r.boundary, cell: (r) => boundaryNamed(r.boundary) },
      ...columns.slice(0, 3).map(([key, name]) => ({ name, right: true, key: (r) => r[key], cell: (r) => share(r[key]) })),
      { name: "nearest", key: (r) => r.nearest ?? "", cell: (r) => (r.nearest ? boundaryNamed(r.nearest) : "") },
      ...columns.slice(3).map(([key, name]) => ({ name, right: true, key: (r) => r[key], cell: (r) => share(r[key]) })),
    ], [...rows].sort(by((r) => -(boundaries[boundaryByName.get(r.boundary)]?.lines ?? 0))), { caption: "Firmness of the boundaries, largest first", limit: 40, look: "firm" }),
    el("dl.facts", null, columns.map(([, name, meaning]) => [el("dt", null, name), el("dd", null, meaning)])),
  ];
}

function figures() {
  const { groupings = [], boundaries: firm = [], alternatives = [] } = data.metrics;
  return [
    el("h1", null, "Figures"),
    groupings.length ? measures(groupings) : "",
    firm.length ? firmness(firm) : "",
    alternatives.length ? [el("h2", null, "Fewer or more boundaries"), el("ul", null, alternatives.map((one) => el("li", null, `${one.name}: ${count(one.boundaries, "boundary", "boundaries")}, at resolution ${number(one.resolution)}`)))] : "",
    data.remedies.length ? [el("h2", null, "What each remedy means"), el("dl.facts", null, Object.entries(data.remedy_kinds).map(([kind, meaning]) => [el("dt", null, words(kind)), el("dd", null, meaning)]))] : "",
    el("h2", null, "What each figure means"),
    el("dl.facts", null, data.definitions.map(([name, meaning]) => [el("dt", null, name), el("dd", null, meaning.split("`").map((part, at) => (at % 2 ? el("code", null, part) : part)))])),
  ];
}

function gaps() {
  const told = new Set(data.problems.map((row) => row[0])), partly = modules.filter((module) => module.partial && !told.has(module.path));
  return [
    el("h1", null, "Problems and gaps"),
    el("p", null, "What could not be read or resolved. The rest of the analysis stands without it."),
    ...resolved(),
    el("h2", null, "Problems"),
    grid([{ name: "place", key: (r) => r[0], cell: (r) => place(r[0], r[1]) }, { name: "what", cell: (r) => prose(r[2]) }], data.problems, { caption: "Problems", empty: "Every file was read." }),
    el("h2", null, "References that were not resolved"),
    data.unresolved_total > data.unresolved.length ? el("p", null, `${number(data.unresolved_total)} in all; the first ${number(data.unresolved.length)} are shown, the rest stands in analysis.json.`) : "",
    grid([
      { name: "kind", key: (r) => r[0], cell: (r) => el("span.tight", null, words(text(r[0]))) },
      { name: "place", cell: (r) => place(text(r[1]), r[2]) },
      { name: "text", cell: (r) => el("code", null, r[3]) },
    ], data.unresolved, { caption: "Not resolved", empty: "Every reference was resolved.", limit: 50 }),
    partly.length ? [el("h2", null, "Files read in part"), grid([{ name: "file", key: (m) => m.path, cell: (m) => place(m.path, 0) }], partly, { caption: "Files whose syntax the interpreter did not know" })] : "",
  ];
}

/** The share of lines that touch tables and are resolved: of the whole, and of each module that has gaps. */
function resolved() {
  const [known, open, rows] = data.resolution;
  if (!known && !open) return [];
  const part = (r) => r[1] / (r[1] + r[2]);
  return [
    el("h2", null, "How much of what touches tables is resolved"),
    el("p", null, `Of ${count(known + open, "line")} that touch tables, ${open ? `${fixed((100 * known) / (known + open))}%` : "all"} are resolved: all their tables are known.`),
    open ? grid([
      { name: "module", key: (r) => modules[r[0]].name, cell: (r) => moduleLink(r[0]) },
      { name: "lines", right: true, key: (r) => r[1] + r[2], cell: (r) => number(r[1] + r[2]) },
      { name: "not resolved", right: true, key: (r) => r[2], cell: (r) => number(r[2]) },
      { name: "resolved", right: true, key: part, cell: (r) => share(part(r)) },
    ], rows.filter((r) => r[2]), { caption: "Modules with gaps", sort: 2, limit: 50 }) : "",
  ];
}

/** A sentence where some of a module's accesses could not be resolved. */
function gapsOf(id) {
  const row = (data.resolution[2] ?? []).find((r) => r[0] === id);
  return row && row[2] ? el("p", null, row[1] ? `${number(row[2])} of its ${number(row[1] + row[2])} lines that touch tables could not be resolved.` : `${count(row[2], "line touches tables and", "lines touch tables and")} could not be resolved.`) : "";
}
