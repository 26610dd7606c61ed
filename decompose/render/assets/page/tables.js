/* All tables with who owns and who uses them, and one table. */

const CLAIMS = {
  clear: "only its owner writes it",
  contested: "others write it too",
  outside_only: "used, but not by its owner",
  unused: "nothing that was read uses it",
  shared: "a table of the shared kernel",
};

function tableGrid(rows, caption) {
  const homes = (list) => list.map(([home, use], index) => [index ? ", " : "", boundaryLink(home), el("span.quiet", null, ` ${number(use.writes || use.reads)}`)]);
  return grid([
    { name: "table", key: (t) => t.name, cell: (t) => tableLink(t.id) },
    { name: "owner", key: (t) => homeName(t.owner), cell: (t) => (t.owner >= 0 ? boundaryLink(t.owner) : el("span.quiet", null, "nobody")) },
    ...(Object.keys(data.ownership).length ? [{ name: "claim", key: (t) => data.ownership[t.name]?.claim ?? "", cell: (t) => explain(el("span", null, words(data.ownership[t.name]?.claim ?? "")), () => CLAIMS[data.ownership[t.name]?.claim] ?? "") }] : []),
    { name: "written from", key: (t) => outside(t).filter(([, u]) => u.writes).length, cell: (t) => homes(outside(t).filter(([, u]) => u.writes)) },
    { name: "only read from", key: (t) => outside(t).filter(([, u]) => !u.writes).length, cell: (t) => homes(outside(t).filter(([, u]) => !u.writes)) },
  ], rows, { caption, empty: "No tables.", look: "tables" });
}

function tablesSection() {
  const claims = [...new Set(Object.values(data.ownership).map((row) => row.claim))].sort();
  const used = boundaries.filter((one) => tables.some((table) => tableUse[table.id].has(one.index)));
  const ranked = tables.filter((table) => outside(table).length).sort((a, b) => outside(b).length - outside(a).length || by((t) => t.name)(a, b));
  return [
    el("h1", null, "Tables"),
    el("p", null, "Which boundary owns each table, and who else reads or writes it. A table that several boundaries write is the hardest to move."),
    ranked.length && used.length ? [el("h2", null, "Ownership matrix"), ownership(ranked.slice(0, 60), used), ranked.length > 60 ? el("p.quiet", null, `${ranked.length - 60} more tables in the list below.`) : ""] : "",
    document.getElementById("picture:tables") ? [el("h2", null, "Foreign keys"), picture("tables", "A box for each owner; orange arrows count the foreign keys that cross from one to another.")] : "",
    el("h2", null, "All tables"),
    claims.length ? el("p.wide", null, "Claims: ", claims.map((claim, at) => [at ? "; " : "", el("strong", null, words(claim)), ` ${CLAIMS[claim] ?? ""}`]), ".") : "",
    tableGrid([...tables].sort((a, b) => outside(b).length - outside(a).length || by((t) => t.name)(a, b)), "Tables, most shared first, and in how many places other boundaries write or only read them"),
  ];
}

function ownership(rows, columns) {
  const dense = columns.length > 14;
  const figures = (use) => (!use.writes ? String(use.reads) : dense ? String(use.writes) : `${use.writes}/${use.reads}`);
  const heat = (use) => Math.min(0.5, 0.1 + Math.log2(1 + use.reads + use.writes) / 15);
  return matrix("Ownership matrix", [dense ? "Places that write (orange) or only read (blue)." : "Places that use a table: writes / reads. Orange: writes. Blue: reads alone.", " A bold frame marks the owner. Tables used by their owner alone are left out."], dense ? ".dense.tables" : "", [
    el("thead", null, el("tr", null, el("td"), columns.map((one) => el("th", { scope: "col" }, el("span", { title: one.name }, one.name))))),
    el("tbody", null, rows.map((table) => el("tr", null, el("th", { scope: "row", title: table.name }, tableLink(table.id)), columns.map((one) => {
      const use = tableUse[table.id].get(one.index);
      const cell = el("td", null, use ? figures(use) : "");
      if (use) {
        cell.style.background = `rgba(var(--heat${use.writes ? "2" : ""}),${heat(use)})`;
        explain(cell, () => `${one.name} ${use.writes ? `writes ${table.name} in ${count(use.writes, "place")} and ` : ""}reads ${table.name} in ${count(use.reads, "place")}`);
      }
      if (table.owner === one.index) cell.style.boxShadow = "inset 0 0 0 2px var(--ink)";
      return cell;
    }))))]);
}

function tablePage([name]) {
  const table = tableByName.get(name);
  if (!table) return missing("table", name, "tables");
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
      { name: "from", cell: (k) => [tableNamed(text(k[0])), el("code", null, soft(`.${text(k[1])}`))] },
      { name: "to", cell: (k) => tableNamed(text(k[2])) },
      { name: "on delete", cell: (k) => words(text(k[3])) },
      { name: "place", cell: (k) => place(text(k[4]), k[5]) },
    ], data.foreign_keys.filter((k) => text(k[0]) === table.name || text(k[2]) === table.name)),
  ];
}

const tableNamed = (name) => (tableByName.has(name) ? tableLink(tableByName.get(name).id) : el("code", null, soft(name)));

function owning(why) {
  if (!why) return "";
  return [el("h2", null, "Why this owner"),
    el("p", null, `Claim: ${words(why.claim)}${CLAIMS[why.claim] ? `, ${CLAIMS[why.claim]}` : ""}. Confidence ${share(why.confidence)}: its part of all uses, writes counting more.`, why.challenger ? [" The next best claim is that of ", boundaryNamed(why.challenger), "."] : ""),
    el("ul", null, why.reasons.map((reason) => el("li", null, reason))),
    why.evidence.length ? el("p.small", null, why.evidence.slice(0, 6).map((one, index) => [index ? ", " : "", place(one.file, one.line)])) : ""];
}
