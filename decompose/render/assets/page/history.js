/* Changes, blast radius, hotspots, backtest, trend, people. */

/** Horizontal bars with optional whiskers: rows are {name, value, low, high, said, look}; values share one scale. */
function bars(rows, { label, format = number, max = null }) {
  const tail = rows.some((row) => row.more) ? 130 : 70; // for the figure behind a bar
  const { left, wide, high, over } = chartRoom(230, 500, 24, tail);
  const most = max ?? Math.max(1e-9, ...rows.map((row) => row.high ?? row.value));
  const scale = (value) => (value / most) * wide;
  const chart = svg("svg", { viewBox: `0 0 ${left + wide + tail} ${rows.length * high + 6}`, class: over ? "chart" : "chart wide", role: "img", "aria-label": `${label}: ${rows.slice(0, 12).map((row) => `${row.name} ${format(row.value)}`).join(", ")}` });
  rows.forEach((row, index) => {
    const y = index * high + over;
    const name = row.name.length > 34 + over ? "…" + row.name.slice(-33 - over) : row.name;
    const bar = svg("rect", { x: left, y: y + 5, width: Math.max(1, scale(row.value)), height: high - over - 10, rx: 2, class: row.look || "fill" });
    explain(bar, () => row.said || `${row.name}: ${format(row.value)}`);
    const text = over ? svg("text", { x: 0, y: y + 1 }, name) : svg("text", { x: left - 8, y: y + 16, "text-anchor": "end" }, name);
    chart.append(text, bar);
    if (row.high !== undefined) chart.append(svg("line", { x1: left + scale(row.low), x2: left + scale(row.high), y1: y + 12, y2: y + 12, class: "whisker" }));
    chart.append(svg("text", { x: left + scale(row.high ?? row.value) + 6, y: y + 16, class: "quiet" }, format(row.value) + (row.more ?? "")));
  });
  return el("div.scroll.chart-box", { tabindex: 0, role: "region", "aria-label": label }, chart);
}

/** The measures of a chart with names before its bars, or above them (`over`) where the page is narrow. */
const chartRoom = (left, wide, high, tail) => {
  const room = main.clientWidth || 1040;
  return room < 600 ? { left: 0, wide: 350 - tail, high: high + 14, over: 14 } : { left, wide: Math.min(wide, room - 20 - left - tail), high, over: 0 };
};

const contained = (one, look) => ({ name: one.name, value: one.inside, low: one.low, high: one.high, look,
  said: `${share(one.inside)} of ${count(one.changes, "change")} inside one of ${number(one.groups)} groups, kernel and roots among them (95% interval ${share(one.low)} to ${share(one.high)}); by chance ${share(one.by_chance)}, lift ${fixed(one.lift)}; ${fixed(one.per_change, 2)} groups a change` });

const signed = (value) => `${Math.round(value * 1000) < 0 ? "−" : "+"}${fixed(Math.abs(value * 100))}`;

const gainText = ([mean, low, high]) => `${signed(mean)} percentage points (95% interval ${signed(low)} to ${signed(high)})`;

const commits = (list) => el("span.mono.small.tight", null, list.slice(0, 3).map((sha, index) => [index ? " " : "", sha.slice(0, 9)]));

const anything = (name) => (boundaryByName.has(name) ? boundaryNamed(name) : tableByName.has(name) ? tableLink(tableByName.get(name).id) : named(name));

const LEFT_OUT = { merge: ["merge"], bot: ["commit by a bot", "commits by bots"], reformatting: ["commit that reformats", "commits that reformat"], "shallow boundary": ["commit at the edge of the clone", "commits at the edge of the clone"] };

function historySection() {
  const blast = data.blast_radius;
  return [
    el("h1", null, "Change history"),
    blast.changes ? [
      el("p", null, `${count(blast.changes, "change")} of at most ${count(blast.largest, "module")} each were counted. `,
        blast.left_out.length ? ["Left out: ", listed(blast.left_out.map(({ reason, commits: many }) => (LEFT_OUT[reason] ? count(many, ...LEFT_OUT[reason]) : `${count(many, "commit")} of ${reason}`))), "."] : ""),
      el("h2", null, "Changes that stay inside one group"),
      el("p", null, "Of the changes that touch several modules, the share that touches one group alone, with its 95% interval. In-sample: the proposal was made with this history in view. ", judged() ? "The backtest judges it on changes that it had not seen." : notHeldOut()),
      bars([contained(blast.proposed, "good"), contained(blast.today), { name: "random, sizes of the proposal", value: blast.proposed.by_chance, look: "axis-fill" }], { label: "Share of changes inside one group", format: share, max: 1 }),
      el("p", null, `Against as many of today's packages: ${gainText(blast.gain)}. `, compared(blast.proposed, blast.today, blast.gain, "Today's packages")),
    ] : "",
    data.backtest ? backtest(data.backtest) : "",
    data.trend ? trend(data.trend) : "",
    radiusSection(),
    blast.hotspots?.length ? [el("h2", null, "Hotspots"), el("p", null, "Changed often, and large: each bar is a module's part of the sum of changes times lines."),
      bars(blast.hotspots.slice(0, 20).map((spot) => ({ name: spot.module, value: spot.share, said: `${spot.module}: ${count(spot.changes, "change")}, ${count(spot.lines, "line")}` })), { label: "Hotspots", format: (v) => `${fixed(v * 100)}%` }),
      later("As a table, with changes and lines", () => grid([
        { name: "module", key: (h) => h.module, cell: (h) => named(h.module) },
        { name: "changes", right: true, key: (h) => h.changes, cell: (h) => number(h.changes) },
        { name: "lines", right: true, key: (h) => h.lines, cell: (h) => number(h.lines) },
      ], blast.hotspots, { caption: "Hotspots" }))] : "",
    blast.hidden ? [el("h2", null, "Hidden coupling"), el("p", null, "Modules that change together beyond chance, and share no import, no table and no wiring."), coupled(blast.hidden)] : "",
    blast.boundaries?.length ? [el("h2", null, "Boundaries that change together"), coupled(blast.boundaries)] : "",
    blast.tables?.length ? [el("h2", null, "Tables that change together"), coupled(blast.tables)] : "",
    blast.silence?.length ? [el("h2", null, "What was looked for and not found"), el("ul", null, blast.silence.map((one) => el("li", null, one)))] : "",
  ];
}

function coupled(rows) {
  return grid([
    { name: "a", key: (c) => c.a, cell: (c) => anything(c.a) },
    { name: "b", key: (c) => c.b, cell: (c) => anything(c.b) },
    { name: "both", right: true, key: (c) => c.support, cell: (c) => number(c.support) },
    { name: "by chance", right: true, key: (c) => c.expected, cell: (c) => fixed(c.expected) },
    { name: "of a's", right: true, key: (c) => c.confidence[0], cell: (c) => share(c.confidence[0]) },
    { name: "of b's", right: true, key: (c) => c.confidence[1], cell: (c) => share(c.confidence[1]) },
    { name: "newest commits", cell: (c) => commits(c.commits) },
  ], rows, { caption: "Changes that touch both a and b, how many chance would give, and their share of all that touch a, and b", limit: 10, sort: 2 });
}

const FEW = 5; // changes below which a mean says nothing

function radiusSection() {
  const rows = data.radii.map((row) => radii.get(`${row[0]}:${row[1]}`)).filter((row) => row.kind !== MODULE);
  if (!rows.length) return "";
  const name = (row) => (row.kind === BOUNDARY ? boundaries[row.id].name : tables[row.id].name);
  const table = (kind, caption) => grid([
    { name: caption.toLowerCase(), key: name, cell: (r) => (kind === BOUNDARY ? boundaryLink(r.id) : tableLink(r.id)) },
    { name: "changes", right: true, key: (r) => r.changes, cell: (r) => number(r.changes) },
    { name: "modules", right: true, key: (r) => r.modules, cell: (r) => fixed(r.modules) },
    { name: "boundaries", right: true, key: (r) => r.boundaries, cell: (r) => fixed(r.boundaries) },
    { name: "tables", right: true, key: (r) => r.tables, cell: (r) => fixed(r.tables) },
    { name: "people", right: true, key: (r) => r.people, cell: (r) => fixed(r.people) },
  ], rows.filter((row) => row.kind === kind && row.changes >= FEW), { caption: "What a change that touches it touches in all, on average", limit: 15, sort: 3 });
  const widest = rows.filter((row) => row.kind === BOUNDARY && row.changes >= FEW).sort((a, b) => b.boundaries - a.boundaries).slice(0, 20);
  return [el("h2", null, "Blast radius"), el("p", null, "The mean number of boundaries that a change touches, for the changes that touch each boundary; the line ends where nine of ten changes stay within. In-sample: the boundaries were proposed with these changes in view. ", `What fewer than ${FEW} changes touched is left out.`),
    bars(widest.map((row) => ({ name: name(row), value: row.boundaries, low: row.boundaries, high: Math.max(row.boundaries, row.boundaries90), more: `, 90% within ${number(row.boundaries90)}`, said: `${name(row)}: ${fixed(row.boundaries)} boundaries, ${fixed(row.modules)} modules and ${fixed(row.tables)} tables a change, over ${count(row.changes, "change")}` })), { label: "Boundaries touched by a change", format: fixed }),
    later("As a table, with modules, tables and people", () => table(BOUNDARY, "Boundary")), rows.some((row) => row.kind === TABLE) ? later("Of tables", () => table(TABLE, "Table")) : ""];
}

function backtest(found) {
  return [
    el("h2", null, "Backtest"),
    el("p", null, `The proposal that would have been made on ${found.date}, from ${count(found.trained_on, "change")}, on the ${count(found.changes, "change")} since, which it had not seen.`),
    judged() ? bars([contained(found.proposed, "good"), contained(found.packages), { name: "random, sizes of the proposal", value: found.proposed.by_chance, look: "axis-fill" }], { label: "Held-out changes inside one group", format: share, max: 1 }) : "",
    el("p", null, found.lesson),
    judged() && found.rankings.length ? [el("h3", null, "What else changes"), el("p", null, "Given one module of a later change, ten others are named. Recall: the share of the change's other modules that are among them. Precision: the share of them that the change touched. Reciprocal rank: 1 when the first named was right, 0.5 when the second, on average.")] : "",
    !judged() ? "" : grid([
      { name: "prediction by", cell: (r) => words(r.name) },
      { name: "recall at 10", right: true, key: (r) => r.recall_10, cell: (r) => share(r.recall_10) },
      { name: "precision at 10", right: true, key: (r) => r.precision_10, cell: (r) => share(r.precision_10) },
      { name: "reciprocal rank", right: true, key: (r) => r.mrr, cell: (r) => fixed(r.mrr, 2) },
    ], found.rankings, { caption: "Predictions of what else changes" }),
    found.notes.map((note) => el("p.quiet", null, sentence(note))),
  ];
}

/** One small line chart for each key figure. */
function trend(found) {
  const figures = [["crossing imports", "crossing_imports"], ["shared tables", "shared_tables"], ["cycles", "cycles"], ["changes inside one group", "inside"]];
  const room = main.clientWidth || 1040, across = Math.max(1, Math.min(4, Math.floor((room + 14) / 160)));
  const [wide, high, pad] = [Math.max(110, Math.round((room - 14 * (across - 1)) / across) - 34), 100, 4];
  const line = ([title, key]) => {
    const values = found.points.map((point) => point[key]);
    const most = key === "inside" ? 1 : Math.max(1, ...values), base = high - 24;
    const at = (index) => [pad + (index / Math.max(1, values.length - 1)) * (wide - 2 * pad), base - (values[index] / most) * (base - 26)];
    const format = key === "inside" ? share : number;
    const told = (point) => format(point[key]) + (key === "inside" ? ` of ${number(point.changes)}` : "");
    return el("div.card", null, el("h3", null, title), svg("svg", { viewBox: `0 0 ${wide} ${high}`, class: "chart", role: "img", "aria-label": `${title}: ${found.points.map((point) => `${point.date} ${told(point)}`).join(", ")}` },
      svg("line", { x1: pad, x2: wide - pad, y1: base, y2: base, class: "axis" }),
      svg("polyline", { points: values.map((_, index) => at(index).join(",")).join(" "), class: "line" }),
      svg("text", { x: pad, y: high - 8, class: "quiet" }, found.points[0].date.slice(0, 7)),
      svg("text", { x: wide - pad, y: high - 8, "text-anchor": "end", class: "quiet" }, found.points.at(-1).date.slice(0, 7)),
      svg("text", { x: pad, y: Math.max(12, at(0)[1] - 6) }, told(found.points[0])),
      svg("text", { x: wide - pad, y: Math.max(12, at(values.length - 1)[1] - 6), "text-anchor": "end" }, told(found.points.at(-1)))));
  };
  return found.points.length ? [el("h2", null, "Trend"), el("p", null, `Of ${found.layout}: imports that cross, tables that several groups use, cycles of groups, and the share of changes since the point before that touch one group alone.`), el("div.cards.small", null, figures.map(line)), found.notes.map((note) => el("p.quiet", null, sentence(note)))] : "";
}

const KNOWLEDGE = { shared: "several know it", "one person": "one person's", nobody: "nobody's" };

function people() {
  const blast = data.blast_radius;
  const owned = blast.knowledge.some((row) => row.owners.length);
  return [
    el("h1", null, "People"),
    el("p", null, "Who changes each boundary, and where people get in each other's way."),
    grid([
      { name: "boundary", key: (k) => k.boundary, cell: (k) => boundaryNamed(k.boundary) },
      { name: "knowledge", key: (k) => k.verdict, cell: (k) => el("span.tight", null, KNOWLEDGE[k.verdict] ?? words(k.verdict)) },
      { name: "people", key: (k) => k.authors, right: true, cell: (k) => number(k.authors) },
      { name: "most of the changes", cell: (k) => el("span.small", null, k.people.slice(0, 4).map(([name, part], at) => [at ? ", " : "", `${name} ${share(part)}`])) },
      ...(owned ? [{ name: "owners", cell: (k) => el("span.small", null, k.owners.join(", ")) }] : []),
    ], blast.knowledge, { caption: `Knowledge of boundaries. One person's: two thirds of the changes are theirs. Nobody's: ${owned ? "no owner, and " : ""}nobody made a sixth of them.${owned ? " Owners by CODEOWNERS." : ""}`, limit: 40 }),
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
