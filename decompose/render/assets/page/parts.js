/* What a map shows: boundaries, or today's packages, each closed, expanded into its parts, or folded away with others. */

const MOST_NODES = 40, MOST_PARTS = 9, FOLDED = "folded";
const lines = (list) => list.reduce((sum, module) => sum + module.lines, 0);
const sourceModules = modules.filter((module) => module.kind === "source");
const cutName = (name, depth) => { const parts = name.split("."); return parts.slice(0, Math.min(depth, Math.max(1, parts.length - 1))).join("."); };

/** Module id -> today's package, at the first depth that has at least five of them. */
function packages() {
  const depths = [1, 2, 3, 4, 5];
  const depth = depths.find((one) => new Set(sourceModules.map((module) => cutName(module.name, one))).size >= 5) || 2;
  return new Map(sourceModules.map((module) => [module.id, cutName(module.name, depth)]));
}

/** A map's groups by size: {key, name, modules, tables, first}; and its ties, seams or imports: {from, to, fromModule, toModule, isData}. */
function proposed() {
  const step = data.plan.find(ready);
  const module = (seam) => (seam.target >= 0 ? seam.target : tables[-seam.target - 1].module);
  return {
    noun: ["boundary", "boundaries"],
    groups: bySize.map((one) => ({ key: String(one.index), name: one.name, modules: one.source, tables: one.tables.length, first: step?.boundary === one.name })),
    ties: seams.filter((seam) => seam.from >= 0 && seam.to >= 0 && seam.from !== seam.to).map((seam) => ({
      from: String(seam.from), to: String(seam.to), fromModule: seam.fromModule, toModule: module(seam), isData: seam.isData, id: seam.id })),
  };
}
function today() {
  const home = packages(), found = new Map();
  for (const module of sourceModules) found.set(home.get(module.id), [...(found.get(home.get(module.id)) || []), module]);
  const groups = [...found].map(([name, inside]) => ({ name, modules: inside, tables: tables.filter((t) => t.module >= 0 && home.get(t.module) === name).length }))
    .sort((a, b) => lines(b.modules) - lines(a.modules) || by((g) => g.name)(a, b));
  const root = deepest(groups.map((group) => group.name)); // that most have in common, and the map leaves out
  for (const group of groups) group.label = root && group.name.startsWith(root + ".") ? group.name.slice(root.length + 1) : group.name;
  const keys = new Map(groups.map((group, index) => [group.name, group.key = String(index)]));
  const ties = [];
  for (let i = 0; i < data.imports.length; i += 3) {
    const [from, to] = [home.get(data.imports[i]), home.get(data.imports[i + 1])];
    if (from && to && from !== to) ties.push({ from: keys.get(from), to: keys.get(to), fromModule: data.imports[i], toModule: data.imports[i + 1], isData: false });
  }
  return { noun: ["package", "packages"], groups, ties, root };
}

/** The parts of a group: its sub-packages or modules, the smallest together: [{name, modules}]; and module id -> part. */
function partsOf(group) {
  const names = group.modules.map((module) => module.name.split("."));
  let depth = 0;
  while (names.length && names.every((parts) => parts.length > depth + 1 && parts[depth] === names[0][depth])) depth += 1;
  const found = new Map();
  const byDepth = (extra) => { found.clear(); group.modules.forEach((module, i) => { const key = names[i].slice(depth, depth + extra).join("."); found.set(key, [...(found.get(key) || []), module]); }); };
  byDepth(1);
  if (found.size < 4) byDepth(2);
  const ranked = [...found].map(([name, inside]) => ({ name, modules: inside })).sort((a, b) => lines(b.modules) - lines(a.modules) || by((p) => p.name)(a, b));
  if (ranked.length > MOST_PARTS) {
    const rest = ranked.splice(MOST_PARTS - 1).flatMap((part) => part.modules);
    ranked.push({ name: count(rest.length, "smaller module"), modules: rest, rest: true });
  }
  return ranked;
}

/** The nodes and edges of a map whose groups with a key in `open` are expanded, and in `fold` folded: all of those are one node. */
function mapGraph(view, { open, fold }) {
  const nodes = [], partOf = new Map();
  for (const group of view.groups.filter((one) => !fold.has(one.key))) {
    if (!open.has(group.key)) { nodes.push({ id: group.key, group, ...group }); continue; }
    partsOf(group).forEach((part, index) => {
      nodes.push({ id: `${group.key}.${index}`, group, part: true, ...part });
      for (const module of part.modules) partOf.set(module.id, `${group.key}.${index}`);
    });
  }
  const away = view.groups.filter((group) => fold.has(group.key));
  if (away.length) nodes.push({ id: FOLDED, folded: away, name: `${number(away.length)} folded`, modules: away.flatMap((group) => group.modules), tables: away.reduce((sum, group) => sum + group.tables, 0) });
  const end = (key, module) => (fold.has(key) ? FOLDED : open.has(key) ? partOf.get(module) ?? `${key}.0` : key);
  const sums = new Map();
  const add = (from, to, isData, inside, seam) => {
    if (from === to) return;
    const edge = sums.get(`${from} ${to}`) || { from, to, code: 0, data: 0, total: 0, inside, seams: [] };
    sums.set(`${from} ${to}`, edge);
    edge[isData ? "data" : "code"] += 1;
    edge.total += 1;
    if (seam) edge.seams.push(seam);
  };
  for (const tie of view.ties) add(end(tie.from, tie.fromModule), end(tie.to, tie.toModule), tie.isData, false, tie.id);
  if (partOf.size) {
    for (let i = 0; i < data.imports.length; i += 3) {
      const [from, to] = [partOf.get(data.imports[i]), partOf.get(data.imports[i + 1])];
      if (from && to && parseInt(from) === parseInt(to)) add(from, to, false, true);
    }
  }
  return { nodes, edges: [...sums.values()].sort((a, b) => b.total - a.total || by((e) => `${e.from} ${e.to}`)(a, b)) };
}

/** The strongest arrow that leaves each node. */
const strongestOut = (nodes, edges) => new Set(nodes.map((node) => edges.find((edge) => edge.from === node.id && !edge.inside)).filter(Boolean));

/** The least number of seams an arrow needs so that about as many arrows as nodes are drawn, the strongest of each node among them. */
function leastFor({ nodes, edges }) {
  const strongest = strongestOut(nodes, edges), room = Math.max(16, Math.ceil(1.2 * nodes.length)) - strongest.size;
  const others = edges.filter((edge) => !edge.inside && !strongest.has(edge));
  return others.length <= room ? 1 : others[Math.max(0, room)].total + 1;
}
