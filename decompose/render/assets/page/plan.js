/* The plan as a timeline, and its steps with their remedies. */

function planSection([wanted]) {
  if (wanted !== undefined) return stepPage(wanted);
  const steps = data.plan.filter((step) => step.extract), first = steps.find(ready);
  const kept = data.plan.filter((step) => !step.extract);
  return [
    el("h1", null, "Plan"),
    data.advice.map((sentence) => el("p", null, prose(sentence))),
    el("p.quiet", null, data.effort_scale, data.blast_radius.changes ? " In-sample figures count changes that the proposal was made with." : ""),
    steps.length ? [el("h2", null, "Timeline"), el("p.quiet.small", null, "Points of effort that are left when a step comes, one step after the other."), timeline(steps)] : "",
    document.getElementById("picture:plan") ? later("The order as a picture", () => picture("plan", "Steps in their order.")) : "",
    steps.length ? [el("h2", null, "Steps"), el("ol.steps", null, steps.map((step) => stepItem(step, step === first ? "open" : "closed")))] : "",
    kept.length ? [el("h2", null, "Better left where they are"), keptGrid(kept)] : "",
    data.alternatives.length && steps.length > 1 ? otherOrders() : "",
  ];
}

/** Orders by other weights: those that differ in a row each, those that do not in a sentence. */
function otherOrders() {
  const [same, other] = [true, false].map((agreed) => data.alternatives.filter((one) => (one.agreement === 1) === agreed));
  return [
    el("h2", null, "Other orders"),
    el("p", null, "How far the order depends on how its reasons are weighed. Agreement 1 is the same order, −1 the reverse."),
    other.length ? grid([
      { name: "order", cell: (a) => a.name },
      { name: "agreement", right: true, key: (a) => a.agreement, cell: (a) => fixed(a.agreement, 2).replace("-", "−") },
      { name: "first steps", cell: (a) => listed(a.order.map(boundaryNamed)) },
    ], other, { caption: "Orders that differ" }) : "",
    same.length ? el("p", null, "The order stays as it is by these: ", listed(same.map((one) => one.name), 20), ".") : "",
  ];
}

/** What had better stay: a row each, with the reasons against a cut; the rest stands on its page. */
function keptGrid(kept) {
  return grid([
    { name: "boundary", key: (s) => s.boundary, cell: (s) => boundaryNamed(s.boundary) },
    { name: "points", right: true, key: (s) => s.effort, cell: (s) => number(Math.round(s.effort)) },
    { name: "why it stays", cell: (s) => el("span.small", null, prose(against(s).slice(0, 2).join("; "))) },
    { name: "more", cell: (s) => go(route("plan", String(s.step)), "details") },
  ], kept, { caption: "Boundaries that stay", limit: 40 });
}
/** The reasons of a step that stays which speak against it: those before what it would bring. */
const against = (step) => step.reasons.slice(0, Math.max(1, step.reasons.findIndex((one) => one.endsWith("leave the monolith"))));

const asForm = (step) => (step.extract && step.form === "library" ? " as a library" : "") + (step.waits ? ", but not yet" : "");

function stepPage(wanted) {
  const step = data.plan.find((one) => String(one.step) === wanted || one.boundary === wanted);
  if (!step) return missing("step", wanted, "plan");
  const at = data.plan.indexOf(step), link = (one, said) => (one ? go(route("plan", String(one.step)), said, " ", one.boundary) : "");
  const title = step.extract ? `Step ${step.step}: extract ${step.boundary}${asForm(step)}` : `Leave ${step.boundary} where it is`;
  return [
    el("p.quiet", null, go(route("plan"), "Plan")),
    el("h1", null, title),
    stepItem(step, "whole"),
    el("p", null, link(data.plan[at - 1], "Previous:"), data.plan[at - 1] && data.plan[at + 1] ? " · " : "", link(data.plan[at + 1], "Next:")),
  ];
}

const boundaryNamed = (name) => (boundaryByName.has(name) ? boundaryLink(boundaryByName.get(name)) : name);

/** Bars of remaining effort, one after the other. */
function timeline(steps) {
  const total = steps.reduce((sum, step) => sum + step.remaining, 0) || 1;
  const { left, wide, high, over } = chartRoom(170, 560, 22, 60);
  const chart = svg("svg", { viewBox: `0 0 ${left + wide + 70} ${steps.length * high + 8}`, class: over ? "chart" : "chart wide", role: "img", "aria-label": `Effort of ${steps.length} steps, ${number(total)} points in all. The steps below hold the same figures.` });
  let at = 0;
  steps.forEach((step, index) => {
    const y = index * high + over;
    const x = left + (at / total) * wide, width = Math.max(2, (step.remaining / total) * wide);
    const name = step.boundary.length > 22 ? step.boundary.slice(0, 21) + "…" : step.boundary;
    const bar = svg("g", { class: "go" }, svg("title", null, `Step ${step.step}, ${step.boundary}: ${count(Math.round(step.remaining), "point")}`), svg("rect", { x: 0, y: y - over, width: left + wide + 70, height: high, class: "reach" }), svg("rect", { x, y: y + 4, width, height: high - over - 8, rx: 2, class: "fill" }));
    bar.addEventListener("click", () => { location.hash = route("plan", String(step.step)); });
    chart.append(
      over ? svg("text", { x: 0, y: y + 1 }, `${step.step}  ${name}`) : svg("text", { x: left - 8, y: y + 15, "text-anchor": "end" }, `${step.step}  ${name}`),
      svg("line", { x1: left, x2: left + wide, y1: y + high - over - 0.5, y2: y + high - over - 0.5, class: "axis" }),
      bar,
      svg("text", { x: x + width + 5, y: y + 15, class: "quiet" }, number(Math.round(step.remaining))),
    );
    at += step.remaining;
  });
  return el("div.scroll.chart-box", { tabindex: 0, role: "region", "aria-label": "Timeline" }, chart);
}

/** A step: "whole" on its own page, else what it is in a line or two, and the rest in an "open" or "closed" part. */
function stepItem(step, look) {
  const whole = look === "whole";
  return el(whole ? "div" : "li", whole ? null : { "data-n": step.step },
    whole ? "" : el("h2", null, step.extract ? "Extract " : "Leave ", boundaryNamed(step.boundary), asForm(step)),
    el("p", null, stepLine(step), Math.round(step.remaining) !== Math.round(step.effort) ? `, ${number(Math.round(step.remaining))} of them left by then. ` : ". ", gainLine(step)),
    step.requires.length ? el("p", null, step.extract ? "After " : "If it were extracted, then after ", listed(step.requires.map(boundaryNamed), 8), ".") : "",
    whole ? stepWork(step) : el("details", { open: look === "open" }, el("summary", null, "Why, risks, the way back", paper === PAPER ? "" : [" and ", count(step.before.length, "remedy", "remedies")]), stepWork(step)),
    paper === PAPER ? "" : el("p", null, go(query(route("seams"), { step: step.step }), "List its seams"), ", ", go(query(route("map"), { step: step.step }), "show them on the map"), ", ", whole ? go(route("boundaries", step.boundary), "open the boundary") : go(route("plan", String(step.step)), "link to this step")));
}

function stepWork(step) {
  const list = (title, rows) => (rows.length ? el("div", null, el("h3", null, title), cutList("ul", rows.map((row) => () => el("li", null, prose(row))), 6, "line", "lines", 6)) : "");
  const work = (title, ids) => (ids.length ? el("details", null, el("summary", null, `${title}: ${count(ids.length, "remedy", "remedies")}`), remedyList(ids.map((id) => remedies.get(id)).filter(Boolean))) : "");
  return [
    el("div.columns", null, list(step.extract ? "Why" : "Why it stays, and what it would bring", step.reasons), list("Risks", step.risks), list("How to go back", step.rollback), list("How to know that it worked", step.signs)),
    paper === PAPER && step !== data.plan.find(ready)
      ? el("p.quiet", null, `${count(step.before.length, "remedy", "remedies")} before the cut, on the screen.`)
      : [inOrder("First", step.first), work("Before the cut", step.before), inOrder("The cut itself", step.cut), inOrder("After the cut", step.after)],
    document.getElementById("picture:step-" + step.step) ? later("Before and after, as a picture", () => picture("step-" + step.step, "Above, today; below, after the step.")) : "",
  ];
}

/** A closed part whose content is made when it is opened; paper goes without it. */
function later(title, make) {
  if (paper === PAPER) return "";
  const box = el("details", { ontoggle: () => { if (box.open && box.children.length === 1) box.append(...[make()].flat(Infinity).map(piece)); } }, el("summary", null, title));
  return box;
}

/** What there is to do beside the remedies, one after the other. */
const inOrder = (title, said) => (said && said.length ? el("details", { open: true }, el("summary", null, title), el("ol.dense", null, said.map((one) => el("li", null, prose(one))))) : "");

function remedyList(list, limit = 12) {
  const items = list.map((remedy) => () => {
    const [best, ...others] = remedy.options;
    return el("li", null,
      el("p", null, el("strong", null, prose(remedy.subject)), ": ", best ? [remedyTag(best.kind), ` ${count(best.points, "point")}`] : "",
        others.length ? el("span.quiet", null, `, or ${others.map((one) => `${words(one.kind)} ${number(one.points)}`).join(", ")}`) : ""),
      best && best.skipped ? el("p.small.quiet", null, "If it is left out: ", best.skipped, ".") : "",
      remedy.sketch ? el("pre", { tabindex: 0 }, inLines(remedy.sketch)) : "",
      el("p.small", null, placeList(remedy.evidence, 4, remedy.places)));
  });
  return cutList("ul.plain.dense", items, limit, "remedy", "remedies");
}

/** The kind of a remedy, with what it means. */
const remedyTag = (kind) => (kind ? explain(el("span.tag", { tabindex: 0 }, words(kind)), () => data.remedy_kinds[kind] ?? words(kind)) : "");

/** The first of many items, and a button for the rest. */
function cutList(tag, items, most, noun, plural, printed = paper.items) {
  const limit = Math.min(most, printed);
  const list = el(tag, null, items.slice(0, limit).map((make) => make()));
  if (items.length <= limit) return list;
  const more = el("button", { type: "button", onclick: () => { list.append(...items.slice(limit).map((make) => make())); more.remove(); } }, `Show ${count(items.length - limit, "more " + noun, "more " + plural)}`);
  return el("div", null, list, paper === PAPER ? el("p.quiet", null, `and ${count(items.length - limit, "more " + noun, "more " + plural)}, on the screen`) : more);
}
