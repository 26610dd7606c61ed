/* Dependency structure matrices: boundaries by boundaries, modules by modules. */

const STRUCTURE_ORDERS = {
  dependency: () => { const edges = boundaries.flatMap((one) => boundaries.map((other) => ({ from: one.index, to: other.index, total: crossing[one.index][other.index].code + crossing[one.index][other.index].data }))).filter((edge) => edge.total); return dependencyOrder(bySize.map((one) => one.index), edges).map((index) => boundaries[index]); },
  size: () => bySize,
  name: () => [...boundaries].sort(by((one) => one.name)),
};

function structure(parts, filters) {
  const largest = new Set(bySize.slice(0, 40));
  const order = STRUCTURE_ORDERS[filters.order] ? filters.order : "dependency";
  const choice = (name) => el("a.button", { href: query(route("structure"), { order: name }), "aria-current": name === order ? "true" : null }, name);
  return [
    el("h1", null, "Dependency structure"),
    el("p", null, "The boundary of a row uses the boundary of a column. In the order of dependency, users stand before what they use: what lies below the diagonal goes against the order, and is where cycles are. Choose a cell to list its seams."),
    el("div.controls.line", { role: "group", "aria-label": "Order" }, el("span.quiet", null, "ordered by"), Object.keys(STRUCTURE_ORDERS).map(choice)),
    structureMatrix(STRUCTURE_ORDERS[order]().filter((one) => largest.has(one))),
    bySize.length > 40 ? el("p.quiet", null, `The ${bySize.length - 40} smallest boundaries are left out.`) : "",
    el("h2", null, "Module by module"),
    el("p", null, "Each dot is an import from the module of its row to the module of its column. Modules are ordered by boundary, and squares on the diagonal are the boundaries: dots outside of them cross a boundary, or lead to the shared kernel, which travels with everybody."),
    moduleMatrix(),
  ];
}

function structureMatrix(list) {
  const between = list.map((row, at) => list.slice(0, at).reduce((sum, column) => sum + crossing[row.index][column.index].code + crossing[row.index][column.index].data, 0)).reduce((a, b) => a + b, 0);
  return matrix("Dependency structure matrix", `Seams between boundaries; ${number(between)} below the diagonal. Blue: most in code. Orange: most in data.`, list.length > 14 ? ".dense" : "", [
    el("thead", null, el("tr", null, el("td"), list.map((one) => el("th", { scope: "col" }, el("span", { title: one.name }, one.name))))),
    el("tbody", null, list.map((row, at) => el("tr", null, el("th", { scope: "row", title: row.name }, boundaryLink(row.index)), list.map((column, across) => {
      if (row === column) return el("td.self");
      const { code, data: inData } = crossing[row.index][column.index];
      const total = code + inData;
      const cell = el(across < at ? "td.back" : "td", null, total ? el("a", { href: query(route("seams"), { from: row.name, to: column.name }), "aria-label": `${row.name} to ${column.name}: ${total} seams` }, number(total)) : "");
      if (total) {
        cell.style.background = `rgba(var(--heat${inData > code ? "2" : ""}),${Math.min(0.5, 0.08 + Math.log2(1 + total) / 18)})`;
        explain(cell, () => `${row.name} → ${column.name}: ${code} in code, ${inData} in data`);
      }
      return cell;
    }))))]);
}

/** A table of cells under what it shows; the table alone scrolls. */
const matrix = (label, said, look, parts) => [el("p.quiet.small.wide", null, said),
  el("div.scroll.fit", { tabindex: 0, role: "region", "aria-label": label }, roomy(el("table.matrix" + look, { "aria-label": label }, parts), look))];
/** No column of a dense matrix is narrower than its figures. */
const roomy = (table, look) => { if (look) table.style.minWidth = `${7.5 + 1.35 * table.querySelectorAll("thead th").length}rem`; return table; };

function moduleMatrix() {
  const order = modules.filter((m) => m.kind === "source").sort((a, b) => homeRank(a.home) - homeRank(b.home) || by((m) => m.name)(a, b));
  const at = new Map(order.map((module, index) => [module.id, index]));
  const size = Math.min(main.clientWidth || 640, 1000, Math.max(640, order.length));
  const scale = size / Math.max(1, order.length), sharp = Math.min(3, window.devicePixelRatio || 1);
  const canvas = el("canvas", { width: Math.round(size * sharp), height: Math.round(size * sharp), role: "img", tabindex: 0, "aria-label": `Imports between ${order.length} modules, ordered by boundary. The matrix above has the same sums as numbers.` });
  const pairs = new Map();
  for (let i = 0; i < data.imports.length; i += 3) {
    const row = at.get(data.imports[i]), column = at.get(data.imports[i + 1]);
    if (row !== undefined && column !== undefined) pairs.set(row * order.length + column, data.imports[i + 2]);
  }
  const draw = () => {
    const style = getComputedStyle(document.documentElement);
    const pen = canvas.getContext("2d");
    pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    pen.fillStyle = style.getPropertyValue("--paper");
    pen.fillRect(0, 0, size, size);
    pen.fillStyle = style.getPropertyValue("--p-focus");
    for (let start = 0, end = 0; start < order.length; start = end) {
      while (end < order.length && order[end].home === order[start].home) end += 1;
      pen.fillRect(start * scale, start * scale, (end - start) * scale, (end - start) * scale);
    }
    pen.font = "11px sans-serif";
    for (const key of pairs.keys()) {
      const row = Math.floor(key / order.length), column = key % order.length;
      pen.fillStyle = style.getPropertyValue(order[row].home === order[column].home ? "--code" : "--data");
      pen.fillRect(column * scale, row * scale, Math.max(1, scale), Math.max(1, scale));
    }
    pen.fillStyle = style.getPropertyValue("--quiet");
    [pen.strokeStyle, pen.lineWidth, pen.lineJoin] = [style.getPropertyValue("--paper"), 4, "round"]; // so that names stand out from dots
    for (let start = 0, end = 0; start < order.length; start = end) {
      while (end < order.length && order[end].home === order[start].home) end += 1;
      if ((end - start) * scale < 13) continue;
      const name = shown(homeName(order[start].home)), wide = pen.measureText(name).width, right = end * scale + 4;
      const x = right + wide < size ? right : start * scale - wide - 4, y = ((start + end) / 2) * scale + 4;
      pen.strokeText(name, x, y);
      pen.fillText(name, x, y);
    }
  };
  canvas.style.width = `${size}px`;
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
