/* The rows of the payload (see payload.py) as objects, and the sums that several sections show. */

const text = (index) => data.strings[index];
const readPlace = ([file, line, inside]) => ({ file: text(file), line, function: inside === undefined ? "" : text(inside) });
const KERNEL = -1, ROOTS = -2;
const boundaries = data.boundaries;
const [BOUNDARY, TABLE, MODULE] = [0, 1, 2];
const radii = new Map(data.radii.map(([kind, id, changes, ...means]) => [`${kind}:${id}`, { kind, id, changes, modules: means[0], boundaries: means[1], tables: means[2], people: means[3], modules90: means[4], boundaries90: means[5] }]));
const homeName = (home) => (home >= 0 ? boundaries[home].name : home === KERNEL ? "shared kernel" : home === ROOTS ? "composition roots" : "no boundary");
const modules = data.modules.map(([name, path, lines, kind, home, partial], id) => ({ id, name: text(name), path: text(path), lines, kind: text(kind), home, partial: !!partial }));
const tables = data.tables.map(([name, model, module, origin, owner, file, line], id) => ({ id, name: text(name), model: text(model), module, origin: text(origin), owner, file: text(file), line }));
const uses = data.accesses.map(([module, table, reads, writes, lines]) => ({ module, table, reads, writes, lines }));
const seams = data.seams.map(([id, kind, from, fromModule, to, target, names, op, places, total, more]) => ({
  id: text(id), kind: text(kind), from, fromModule, to, target, names: names.map(text), op: text(op), places, total, more: more || {},
  get fromName() { return fromModule >= 0 ? modules[fromModule].name : text(-fromModule - 1); }, // a library's, which is no module here
  get isData() { return data.data_kinds.includes(this.kind); },
  get targetName() { return target >= 0 ? modules[target].name : tables[-target - 1].name; },
  get where() { return places.map(readPlace); },
}));
const seamById = new Map(seams.map((seam) => [seam.id, seam]));
const remedies = new Map(data.remedies.map(([id, subject, found, options, sketch, places, total]) => [text(id), {
  id: text(id), subject: text(subject), seams: found.map((at) => seams[at].id), sketch: text(sketch), places: total,
  options: options.map(([kind, points, skipped]) => ({ kind: text(kind), points, skipped: text(skipped) })),
  evidence: places.map(readPlace),
}]));
const remedyOf = new Map([...remedies.values()].flatMap((remedy) => remedy.seams.map((seam) => [seam, remedy])));
const moduleByName = new Map(modules.map((module) => [module.name, module]));
const boundaryByName = new Map(boundaries.map((one, index) => [one.name, index]));
const tableByName = new Map(tables.map((table) => [table.name, table]));
boundaries.forEach((one, index) => {
  one.index = index;
  one.modules = modules.filter((module) => module.home === index);
  one.source = one.modules.filter((module) => module.kind === "source");
  one.tables = tables.filter((table) => table.owner === index);
  one.lines = one.source.reduce((sum, module) => sum + module.lines, 0);
  one.out = seams.filter((seam) => seam.from === index && seam.to !== index);
  one.in = seams.filter((seam) => seam.to === index && seam.from !== index);
});
const bySize = [...boundaries].sort((a, b) => b.lines - a.lines || by((x) => x.name)(a, b));
const crossing = boundaries.map(() => boundaries.map(() => ({ code: 0, data: 0 })));
for (const seam of seams) if (seam.from >= 0 && seam.to >= 0) crossing[seam.from][seam.to][seam.isData ? "data" : "code"] += 1;
const tableUse = tables.map(() => new Map());
for (const use of uses) {
  const module = modules[use.module];
  if (module.kind !== "source") continue;
  const sums = tableUse[use.table];
  const cell = sums.get(module.home) || { reads: 0, writes: 0 };
  cell.reads += use.reads;
  cell.writes += use.writes;
  sums.set(module.home, cell);
}
const writers = (table) => [...tableUse[table.id]].filter(([home, use]) => home >= 0 && use.writes).map(([home]) => home);
const outside = (table) => [...tableUse[table.id]].filter(([home]) => home >= 0 && home !== table.owner);
const contested = tables.filter((table) => writers(table).length > 1);

const boundaryLink = (index) => (index >= 0 ? go(route("boundaries", boundaries[index].name), boundaries[index].name) : el("span.quiet", null, homeName(index)));
const moduleLink = (id) => el("a.mono", { href: route("module", modules[id].name) }, soft(modules[id].name));
const tableLink = (id) => el("a.mono", { href: route("table", tables[id].name) }, soft(tables[id].name));
const fromLink = (seam) => (seam.fromModule >= 0 ? moduleLink(seam.fromModule) : el("code", null, soft(seam.fromName)));
const targetLink = (seam) => (seam.target >= 0 ? moduleLink(seam.target) : tableLink(-seam.target - 1));
const kindTag = (seam) => el(seam.isData ? "span.tag.data" : "span.tag.code", null, words(seam.kind) + (seam.op ? `, ${seam.op}` : ""));
/** The first places; file and function are named once where they stay: "a.py:3, 7 in pay, 9 in draft and 2 more". */
function placeList(every, limit, total) {
  const places = every.filter((one) => one.file), shown = places.slice(0, limit);
  return [
    shown.map((one, index) => {
      const [before, after] = [shown[index - 1], shown[index + 1]];
      const same = before && before.file === one.file;
      return [index ? ", " : "", same ? place(one.file, one.line, String(one.line)) : place(one.file, one.line),
        one.function && !(after && after.file === one.file && after.function === one.function) ? [" in ", soft(one.function)] : ""];
    }),
    total > limit ? el("span.quiet", null, ` and ${number(total - Math.min(limit, places.length))} more`) : "",
  ];
}
const placesOf = (seam, limit = 3) => placeList(seam.where, limit, seam.total);
