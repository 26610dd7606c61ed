/* What became different since an older analysis. */

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
    el("p", null, found.since ? `Since the analysis of commit ${found.since}.` : "Since an older analysis."),
    grid([
      { name: "figure", cell: (f) => f.name },
      { name: "before", right: true, cell: (f) => number(f.before) },
      { name: "now", right: true, cell: (f) => number(f.after) },
      { name: "difference", right: true, key: (f) => Math.abs(f.after - f.before), cell: (f) => (f.after === f.before ? "" : (f.after > f.before ? "+" : "−") + number(Math.abs(f.after - f.before))) },
    ], found.figures, { caption: "Figures" }),
    list("Boundaries added: ", found.boundaries_added), list("Boundaries removed: ", found.boundaries_removed),
    el("h2", null, "Modules"), moves(found.moved, "New, gone, or in another boundary", named),
    el("h2", null, "Tables"), moves(found.owners, "New, gone, or with another owner", anything),
    el("h2", null, "Seams added"), crossings(found.seams_added, "Seams added"),
    el("h2", null, "Seams removed"), crossings(found.seams_removed, "Seams removed"),
  ];
}
