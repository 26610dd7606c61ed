/* The seams, with search, filters and sort; the address keeps them. */

/** The first names that a seam uses, the others on pointing. */
function namesOf(seam, limit = 4) {
  const line = el("span.small", null, seam.names.slice(0, limit).map((name, at) => [at ? ", " : "", soft(name)]), seam.names.length > limit ? el("span.quiet", null, ` and ${seam.names.length - limit} more`) : "");
  return seam.names.length > limit ? explain(line, () => seam.names.slice(0, 60).join(", ")) : line;
}

const seamColumns = [
  { name: "kind", key: (s) => s.kind, cell: kindTag },
  { name: "from", key: (s) => s.fromName, cell: (s) => [boundaryLink(s.from), el("br"), fromLink(s)] },
  { name: "to", key: (s) => s.targetName, cell: (s) => [boundaryLink(s.to), el("br"), targetLink(s)] },
  { name: "names", cell: (s) => namesOf(s) },
  { name: "places", key: (s) => s.total, cell: (s) => el("span.small", null, placesOf(s)) },
  ...(data.remedies.length ? [{ name: "remedy", key: (s) => remedyOf.get(s.id)?.options[0]?.kind ?? "", cell: (s) => remedyTag(remedyOf.get(s.id)?.options[0]?.kind) }] : []),
];

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
    const ofStep = new Set(step ? step.before.flatMap((id) => remedies.get(id)?.seams ?? []) : []);
    const found = seams.filter((seam) =>
      (!state.kind || seam.kind === state.kind) &&
      (!state.from || homeName(seam.from) === state.from) &&
      (!state.to || homeName(seam.to) === state.to) &&
      (!step || ofStep.has(seam.id)) &&
      (!wanted || `${seam.id} ${seam.fromName} ${seam.targetName} ${seam.names.join(" ")} ${seam.where.map((one) => one.function).join(" ")}`.toLowerCase().includes(wanted)));
    list.replaceChildren(el("p.quiet", { role: "status" }, found.length === seams.length ? `All ${count(seams.length, "seam")}` : `${number(found.length)} of ${count(seams.length, "seam")}`),
      grid(seamColumns, found, { caption: "Seams", look: "seams", sort: 4, limit: 50, empty: "No seam fits. Clear a filter to see more." }));
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
