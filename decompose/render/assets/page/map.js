/* The context map: rows of boundaries from users to used, that can be focused, expanded, folded, and held against a step. */

const NODE = 152, GAP = 16, BETWEEN = 46;

/** The state of a map in an address: ?focus=&open=&fold=&least=&step=&only=&view=; several names of groups are encoded and separated by "|". */
function mapState(view, filters) {
  const key = new Map(view.groups.map((group) => [group.name, group.key]));
  const keys = (text) => new Set((text || "").split("|").map(decoded).filter((name) => key.has(name)).map((name) => key.get(name)));
  return {
    focus: key.get(filters.focus) ?? null, open: keys(filters.open), least: Number(filters.least) || 0, step: filters.step || "", only: filters.only === "1",
    fold: filters.fold === undefined ? foldedAtFirst(view, filters.focus) : keys(filters.fold),
  };
}
/** The keys of the groups that make a map too large for the screen, the smallest: neither the first step's nor that in focus. */
function foldedAtFirst(view, focus) {
  const most = [[600, 12], [900, 20]].find(([width]) => main.clientWidth && main.clientWidth < width)?.[1] ?? MOST_NODES;
  const small = view.groups.filter((group) => !group.first && group.name !== focus).slice(most - 1 - view.groups.filter((group) => group.first || group.name === focus).length);
  return new Set(view.groups.length > most ? small.map((group) => group.key) : []);
}
function mapFilters(view, state, name) {
  const names = (keys) => view.groups.filter((group) => keys.has(group.key)).map((group) => encodeURIComponent(group.name)).join("|");
  const folded = names(state.fold) !== names(mapState(view, {}).fold);
  const all = { view: name === "proposed" ? "" : name, focus: view.groups.find((group) => group.key === state.focus)?.name, open: names(state.open), least: state.least || "", step: state.step, only: state.only ? "1" : "" };
  return Object.fromEntries([...Object.entries(all).filter(([, value]) => value), ...(folded ? [["fold", names(state.fold)]] : [])]);
}

/** Draws a state in `room` pixels. `act(what, node)` is called with "focus", "open" or "fold" when a node is chosen. */
function mapDrawing(view, state, room, act) {
  const graph = mapGraph(view, state);
  const inFocus = (id) => state.focus !== null && id.split(".")[0] === state.focus;
  const ofStep = stepSeams(state.step);
  const least = state.least || (state.step ? 1 : leastFor(graph));
  let { nodes, edges } = graph;
  const alone = state.only && state.focus !== null;
  if (ofStep) edges = edges.map((edge) => (edge.inside ? edge : inStep(edge, ofStep))).filter((edge) => edge.total);
  if (alone) {
    const near = new Set(edges.filter((edge) => inFocus(edge.from) || inFocus(edge.to)).flatMap((edge) => [edge.from, edge.to]));
    nodes = nodes.filter((node) => near.has(node.id) || inFocus(node.id));
    edges = edges.filter((edge) => inFocus(edge.from) || inFocus(edge.to));
  }
  const strongest = strongestOut(nodes, edges);
  const kept = edges.filter((edge) => edge.inside || edge.total >= least || (!state.least && strongest.has(edge)) || inFocus(edge.from) || inFocus(edge.to));
  const blocks = mapBlocks(nodes, room);
  const blockOf = new Map(blocks.flatMap((block) => block.nodes.map((node) => [node.id, block.id])));
  const ties = (alone ? edges : graph.edges).map((edge) => ({ from: blockOf.get(edge.from), to: blockOf.get(edge.to), total: edge.total }));
  const order = new Map(dependencyOrder(blocks.map((block) => block.id), ties).map((id, index) => [id, index]));
  const uses = (id) => ties.reduce((sum, tie) => sum + (tie.to === state.focus && tie.from === id ? tie.total : tie.from === state.focus && tie.to === id ? -tie.total : 0), 0);
  const level = (block) => (alone && block.id !== state.focus ? -Math.sign(uses(block.id) + 0.5) : 0); // users of what stands alone above it, the used below
  blocks.sort((a, b) => level(a) - level(b) || order.get(a.id) - order.get(b.id));
  const rows = inRows(blocks, room, GAP, alone ? new Set([state.focus]) : undefined);
  const high = placeRows(rows, ties, room, GAP, BETWEEN);
  const boxes = new Map(blocks.flatMap((block) => block.nodes.map((node, index) => [node.id, { x: block.x + block.inner[index].x, y: block.y + block.inner[index].y, width: block.inner[index].width, height: block.inner[index].height }])));
  const drawing = svg("svg", { viewBox: `0 0 ${room} ${Math.ceil(high)}`, class: "map", role: "group", "aria-label": `${count(nodes.length, "node")} and ${count(kept.length, "arrow")}` });
  drawing.append(arrowheads());
  const frames = blocks.filter((one) => one.frame).map((block) => mapFrame(block, act));
  drawing.append(...frames.map(([ground]) => ground));
  const shapes = drawEdges(kept, boxes, view);
  const most = Math.max(...view.groups.map((group) => lines(group.modules)), 1);
  const marks = nodes.map((node) => mapNode(node, boxes.get(node.id), { most, act, looks: [inFocus(node.id) && "focus", node.first && "first", node.folded && "folded", node.part && "part"].filter(Boolean) }));
  drawing.append(...shapes.map((one) => one.group), ...frames.map(([, title]) => title), ...marks);
  const touched = (id) => shapes.filter(({ edge }) => edge.from === id || edge.to === id);
  const light = (chosen, ids) => {
    for (const { group, edge } of shapes) { group.classList.toggle("faded", !!ids && !chosen.has(edge)); group.classList.toggle("lit", !!ids && chosen.has(edge)); }
    marks.forEach((mark, index) => mark.classList.toggle("faded", !!ids && !ids.has(nodes[index].id)));
    if (ids) settle(shapes.filter(({ edge }) => chosen.has(edge)), [...boxes.values()]);
  };
  const rest = () => {
    if (ofStep) { light(new Set(kept), new Set(kept.flatMap((edge) => [edge.from, edge.to]))); return; }
    if (state.focus === null) { light(new Set(), null); return; }
    const found = shapes.filter(({ edge }) => inFocus(edge.from) || inFocus(edge.to)).map(({ edge }) => edge);
    light(new Set(found), new Set([...found.flatMap((edge) => [edge.from, edge.to]), ...nodes.filter((node) => inFocus(node.id)).map((node) => node.id)]));
  };
  const around = (ids, found) => light(new Set(found.map(({ edge }) => edge)), new Set([...ids, ...found.flatMap(({ edge }) => [edge.from, edge.to])]));
  marks.forEach((mark, index) => attend(mark, () => around([nodes[index].id], touched(nodes[index].id)), rest));
  shapes.forEach((shape) => attend(shape.group, () => around([], [shape]), rest));
  rest();
  return { drawing, drawn: kept.filter((edge) => !edge.inside).length, of: edges.filter((edge) => !edge.inside).length, least, graph };
}
function attend(node, on, off) {
  for (const [what, act] of [["mouseenter", on], ["focusin", on], ["mouseleave", off], ["focusout", off]]) node.addEventListener(what, act);
}
/** The edge with the seams of a step alone. */
function inStep(edge, ofStep) {
  const found = edge.seams.filter((id) => ofStep.has(id)), inData = found.filter((id) => seamById.get(id).isData).length;
  return { ...edge, seams: found, total: found.length, data: inData, code: found.length - inData };
}
const stepSeams = (number) => {
  const step = number && data.plan.find((one) => String(one.step) === String(number));
  return step ? new Set(step.before.flatMap((id) => remedies.get(id)?.seams ?? [])) : null;
};

/** Boxes that stand as one: a closed node, or a frame with the parts of an open group, with `inner` boxes relative to it. */
function mapBlocks(nodes, room) {
  const most = Math.max(...nodes.filter((node) => !node.folded).map((node) => lines(node.modules)), 1);
  const height = (node) => (node.folded ? 46 : 36) + Math.round(26 * Math.sqrt(node.folded ? 0 : lines(node.modules) / most));
  const frames = new Map();
  for (const node of nodes) frames.set(node.id.split(".")[0], [...(frames.get(node.id.split(".")[0]) || []), node]);
  return [...frames].map(([id, inside]) => {
    if (!inside[0].part) return { id, nodes: inside, width: NODE, height: height(inside[0]), inner: [{ x: 0, y: 0, width: NODE, height: height(inside[0]) }] };
    const across = Math.max(1, Math.min(Math.ceil(Math.sqrt(inside.length)), Math.floor((room - 20) / (NODE + 12))));
    const inner = inside.map((node, index) => ({ x: 12 + (index % across) * (NODE + 12), y: 30 + Math.floor(index / across) * 66, width: NODE, height: 40 }));
    return { id, nodes: inside, frame: inside[0].group, inner, width: 12 + across * (NODE + 12), height: 30 + Math.ceil(inside.length / across) * 66 - 12 };
  });
}

/** A name that fits: of a package its last parts, else its beginning. */
const clipped = (name, room) => {
  if (name.length <= room) return name;
  const last = name.split(".").reduceRight((kept, part) => (kept === null ? part : kept.length + part.length + 2 < room ? `${part}.${kept}` : kept), null);
  return last !== name && last.length < room ? `…${last}` : name.slice(0, room - 1) + "…";
};
function mapNode(node, box, { most, act, looks }) {
  const size = lines(node.modules);
  const said = `${node.name}: ${count(node.modules.length, "module")}, ${count(size, "line")}${node.tables ? `, ${count(node.tables, "table")}` : ""}`;
  const group = svg("g", { class: ["node", ...looks].join(" "), tabindex: "0", role: "button", "aria-description": said, transform: `translate(${box.x.toFixed(1)} ${box.y.toFixed(1)})` });
  const middle = box.height / 2;
  group.append(
    svg("rect", { width: box.width, height: box.height, rx: 8, class: "box" }),
    svg("rect", { x: 1, y: box.height - 4, width: node.folded ? 0 : Math.max(2, (box.width - 2) * (size / most)), height: 3, rx: 1, class: "size" }),
    svg("text", { x: 10, y: middle - 3, class: "name" }, clipped(node.label ?? node.name, node.group && !node.part ? 17 : 19) + " "),
    svg("text", { x: 10, y: middle + 11, class: "small" }, `${count(node.modules.length, "module")}, ${count(size, "line")}`));
  const more = node.folded ? "unfold" : node.part ? "" : "open";
  if (more) {
    const button = svg("g", { class: "more", transform: `translate(${box.width - 15} 15)` }, svg("circle", { r: 9 }), svg("path", { d: "M-4 0H4M0 -4V4" }));
    button.addEventListener("click", (event) => { event.stopPropagation(); act(more, node); });
    explain(button, () => (node.folded ? "Unfold all" : `Expand ${node.name} into its parts`));
    group.append(button);
  }
  group.addEventListener("click", () => act(node.folded ? "unfold" : "focus", node));
  group.addEventListener("keydown", (event) => {
    const what = { Enter: node.folded ? "unfold" : "focus", " ": node.folded ? "unfold" : "focus", "+": more, "-": node.part ? "close" : "fold" }[event.key];
    if (what) { event.preventDefault(); act(what, node); }
  });
  return explain(group, () => said);
}
/** The ground of a group's parts, below the arrows; and its name with the button that closes it, above them. */
function mapFrame({ frame, x, y, width, height }, act) {
  const close = () => act("close", { group: frame });
  const ground = svg("rect", { x, y, width, height, rx: 10, class: "ground" });
  const group = svg("g", { class: "frame", tabindex: "0", role: "button", "aria-description": `Close the parts of ${frame.name}` },
    svg("text", { x: x + 12, y: y + 19, class: "name" }, clipped(frame.name, Math.floor(width / 9))),
    svg("g", { class: "more", transform: `translate(${x + width - 16} ${y + 15})` }, svg("circle", { r: 9 }), svg("path", { d: "M-4 0H4" })));
  ground.addEventListener("click", close);
  group.addEventListener("click", close);
  group.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === "-") { event.preventDefault(); close(); } });
  return [explain(ground, () => `Close ${frame.name}`), explain(group, () => `Close ${frame.name}`)];
}

function arrowheads() {
  const head = (id) => svg("marker", { id: "head-" + id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 9, markerHeight: 9, markerUnits: "userSpaceOnUse", orient: "auto" }, svg("path", { d: "M0 0L8 4L0 8z", class: id }));
  return svg("defs", null, head("code"), head("data"), head("inside"));
}
function drawEdges(edges, boxes, view) {
  const sides = new Map(); // where arrows end along the side of a box: in the order of the other ends, so that they do not cross there
  const side = (edge, id, other) => `${id} ${boxes.get(id).y <= boxes.get(other).y ? "below" : "above"}`;
  for (const edge of edges) for (const [id, other] of [[edge.from, edge.to], [edge.to, edge.from]]) {
    const key = boxes.get(id).y === boxes.get(other).y ? `${id} above` : side(edge, id, other);
    sides.set(key, [...(sides.get(key) || []), [edge, boxes.get(other).x]]);
  }
  const slots = new Map();
  for (const [key, ends] of sides) ends.sort((a, b) => a[1] - b[1]).forEach(([edge], index) => slots.set(edge, { ...slots.get(edge), [key.split(" ")[0]]: (index + 1) / (ends.length + 1) }));
  return edges.map((edge) => {
    const look = edge.inside ? "inside" : edge.data > edge.code ? "data" : "code";
    const names = [edge.from, edge.to].map((id) => mapName(view, id));
    const { d, at } = arrow(boxes.get(edge.from), boxes.get(edge.to), 0.1 + 0.8 * slots.get(edge)[edge.from], 0.1 + 0.8 * slots.get(edge)[edge.to]);
    const said = edge.inside ? `${names[0]} → ${names[1]}: ${count(edge.total, "import")} inside` : `${names[0]} → ${names[1]}: ${number(edge.code)} in code, ${number(edge.data)} in data`;
    const group = svg("g", { class: `edge ${look}` },
      svg("path", { d, class: "reach" }),
      svg("path", { d, class: "line", "stroke-width": (1 + Math.min(4, Math.log2(edge.total) / 2)).toFixed(1), "marker-end": `url(#head-${look})` }),
      svg("text", { class: "count" }, number(edge.total)));
    const [from, to] = [edge.from, edge.to].map((id) => view.groups.find((one) => one.key === id.split(".")[0])?.name);
    if (!edge.inside && from && to && view.noun[0] === "boundary") { group.classList.add("go"); group.addEventListener("click", () => { location.hash = query(route("seams"), { from, to }); }); }
    return { edge, at, group: explain(group, () => said) };
  });
}
/** Puts the counts of arrows where they cover neither each other nor a node, the greatest first; what finds no room is told on pointing. */
function settle(shapes, boxes) {
  const taken = [];
  for (const { edge, at, group } of [...shapes].sort((a, b) => b.edge.total - a.edge.total)) {
    const half = 2 + 3.5 * number(edge.total).length, count = group.querySelector(".count");
    const free = ([x, y]) => taken.every(([tx, ty, thalf]) => Math.abs(x - tx) > half + thalf || Math.abs(y - ty) > 12)
      && boxes.every((box) => x + half < box.x || x - half > box.x + box.width || y + 7 < box.y || y - 7 > box.y + box.height);
    const spot = [0.64, 0.5, 0.78, 0.36, 0.86, 0.2].map(at).find(free);
    count.classList.toggle("none", !spot);
    if (!spot) continue;
    taken.push([...spot, half]);
    count.setAttribute("x", spot[0].toFixed(1));
    count.setAttribute("y", (spot[1] + 4).toFixed(1));
  }
}
const mapName = (view, id) => {
  const [key, part] = id.split(".");
  const group = view.groups.find((one) => one.key === key);
  return group ? (part === undefined ? group.name : `${group.name}: ${partsOf(group)[part].name}`) : "what is folded";
};

/** A small map without controls: a node leads to the map's page, with that node in focus. */
function mapGlance() {
  const view = proposed();
  const { drawing, drawn, of } = mapDrawing(view, mapState(view, {}), mapRoom(), (what, node) => { location.hash = query(route("map"), what === "open" ? { open: encodeURIComponent(node.name) } : what === "unfold" ? { fold: "" } : { focus: node.name }); });
  return el("figure", null, el("div.picture", null, drawing), mapLegend(view, drawn, of));
}
const mapRoom = () => Math.max(340, Math.min(1100, (main.clientWidth || 1040) - 4));
function mapLegend(view, drawn, of, step = "") {
  const ours = view.noun[0] === "boundary";
  const which = step ? `${count(drawn, "arrow")} with seams of step ${step}` : drawn === of ? `all ${count(of, "arrow")}` : `the ${number(drawn)} strongest of ${count(of, "arrow")}`;
  return el("figcaption.quiet.small", null, el("span.key.code"), ours ? " most seams in code " : " imports", ours ? [el("span.key.data"), " most in data"] : "",
    view.root ? `, names without ${view.root}` : "", view.groups.some((group) => group.first) ? [" ", el("span.key.first"), " first step"] : "", `. Users stand above what they use; bars show lines; ${which}.`);
}

function map(parts, filters) {
  const name = filters.view === "today" ? "today" : "proposed";
  const view = name === "today" ? today() : proposed();
  const state = mapState(view, filters);
  const frame = el("div.picture", { role: "region", "aria-label": "Context map" });
  const said = el("div.focus-line", { "aria-live": "polite" });
  const legend = el("div");
  const group = (key) => view.groups.find((one) => one.key === key);
  const least = el("input", { id: "m-least", type: "range", min: 1, value: 1, oninput: (event) => { state.least = Number(event.target.value); fill(); } });
  const leastSaid = el("label", { for: "m-least" });
  const only = el("input", { id: "m-only", type: "checkbox", onchange: (event) => { state.only = event.target.checked; fill(); } });
  const focus = el("select", { id: "m-focus", onchange: (event) => { state.focus = event.target.value || null; fill(); } }, el("option", { value: "" }, "none"),
    [...view.groups].sort(by((one) => one.name)).map((one) => el("option", { value: one.key }, one.name)));
  function act(what, node) {
    const key = node.group?.key;
    if (what === "focus") state.focus = state.focus === key ? null : key;
    if (what === "open") state.open.add(key);
    if (what === "close") state.open.delete(key);
    if (what === "fold") { state.fold.add(key); state.open.delete(key); if (state.focus === key) state.focus = null; }
    if (what === "unfold") state.fold.clear();
    fill(key);
  }
  function fill(touched) {
    const made = mapDrawing(view, state, mapRoom(), act);
    frame.replaceChildren(made.drawing);
    if (touched !== undefined && frame.contains(document.activeElement) === false) frame.querySelector(".node.focus, .frame")?.focus({ preventScroll: true });
    legend.replaceChildren(mapLegend(view, made.drawn, made.of, state.step));
    least.max = Math.max(made.least, ...made.graph.edges.filter((edge) => !edge.inside).map((edge) => edge.total), 1);
    least.value = made.least;
    leastSaid.textContent = `arrows from ${count(made.least, name === "today" ? "import" : "seam")}`;
    focus.value = state.focus ?? "";
    only.checked = state.only;
    only.disabled = state.focus === null;
    said.replaceChildren(...[focusLine(view, state, made.graph, group(state.focus), act)].flat(Infinity).map(piece));
    const kept = mapFilters(view, state, name);
    if (address().name === "map") history.replaceState(null, "", Object.keys(kept).length ? query(route("map"), kept) : route("map"));
  }
  const which = (label, one) => el("a.button", { href: query(route("map"), { view: one }), "aria-current": name === one ? "true" : null }, label);
  fill();
  return [
    el("h1", null, "Context map"),
    el("div.controls", null,
      el("div", { role: "group", "aria-label": "Which map" }, which("After: the proposal", "proposed"), which("Before: packages", "today")),
      el("div", null, el("label", { for: "m-focus" }, "focus on"), focus),
      el("div", null, el("label", { for: "m-only" }, "neighbours only"), only),
      name === "proposed" && data.plan.some((step) => step.extract) ? el("div", null, el("label", { for: "m-step" }, "seams of step"), el("select", { id: "m-step", onchange: (event) => { state.step = event.target.value; state.focus = null; fill(); } }, el("option", { value: "" }, "all"),
        data.plan.filter((step) => step.extract).map((step) => el("option", { value: step.step, selected: String(step.step) === state.step }, `${step.step} ${step.boundary}`)))) : "",
      el("div.grow", null, leastSaid, least)),
    said, el("figure", null, frame, legend),
    document.getElementById("picture:context-map") ? later("As drawn for documents", () => [picture("context-map", "Boundaries with their tables, and the seams between them."), picture("today", "Today's packages, and the imports between them.")]) : "",
  ];
}

/** What is in focus, its neighbours, and what can be done with it. */
function focusLine(view, state, graph, group, act) {
  const button = (label, what) => el("button", { type: "button", onclick: () => act(what, { group }) }, label);
  const unfold = state.fold.size ? [" ", el("button", { type: "button", onclick: () => act("unfold", {}) }, `Unfold ${count(state.fold.size, ...view.noun)}`)] : "";
  const shut = state.open.size ? [" ", el("button", { type: "button", onclick: () => { state.open.clear(); act("", {}); } }, "Close what is expanded")] : "";
  if (!group) return el("p.quiet", null, "Choose a node to focus on it, its ", el("strong", null, "+"), " to expand it into its parts, an arrow to list its seams; pointing shows what a node touches. Keys: Enter, + and −.", unfold, shut);
  const mine = (id) => id.split(".")[0] === group.key;
  const list = (ends) => ends.slice(0, 6).map(([name, total], index) => [index ? ", " : "", name, el("span.quiet", null, ` ${number(total)}`)]);
  const sums = (edges, end) => {
    const found = new Map();
    for (const edge of edges.filter((one) => !one.inside)) { const name = mapName(view, edge[end]); found.set(name, (found.get(name) || 0) + edge.total); }
    return [...found].sort((a, b) => b[1] - a[1]);
  };
  const into = sums(graph.edges.filter((edge) => mine(edge.to) && !mine(edge.from)), "from"), out = sums(graph.edges.filter((edge) => mine(edge.from) && !mine(edge.to)), "to");
  const rest = (ends) => (ends.length > 6 ? el("span.quiet", null, ` and ${ends.length - 6} more`) : "");
  return [
    el("p", null, el("strong", null, group.name), ` ${count(group.modules.length, "module")}, ${count(lines(group.modules), "line")}, ${count(group.tables, "table")}. `,
      view.noun[0] === "boundary" ? go(route("boundaries", group.name), "Open its page") : "", " ",
      state.open.has(group.key) ? button("Close its parts", "close") : button("Expand", "open"), " ", state.fold.has(group.key) ? "" : button("Fold away", "fold"), unfold, shut),
    el("p.small", null, into.length ? ["Used by ", list(into), rest(into), ". "] : "Nothing uses it. ", out.length ? ["Uses ", list(out), rest(out), "."] : "It uses nothing."),
  ];
}
