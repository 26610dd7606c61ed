/* The answer on one screen. */

function card(title, big, ...more) {
  return el("div.card", null, el("h2", null, title), el("p.big", null, big), ...more.map((one) => el("p.small", null, one)));
}

function answer() {
  const project = data.project;
  const code = seams.filter((seam) => !seam.isData).length;
  const first = data.plan.find(ready);
  return [
    el("h1", null, `Where ${project.name} can be cut`),
    el("p.lead.wide", null, verdict(first)),
    el("p.quiet.wide", null, `Read: ${count(project.files, "module")}, ${count(project.lines, "line")}, ${count(tables.length, "table")}`,
      project.commits ? [`, ${count(project.commits, "commit")} from `, el("span.tight", null, project.first_commit), " to ", el("span.tight", null, project.last_commit), "."] : ". No history was read."),
    el("div.cards", null,
      first ? card("First step", ["Extract ", boundaryNamed(first.boundary), asForm(first)], whereIs(first.boundary), stepLine(first), gainLine(first), go(route("plan", String(first.step)), "See the step")) : card("First step", "None yet", data.advice.slice(0, 2)),
      buys(),
      confidence(),
      card("Proposal", count(boundaries.length, "boundary", "boundaries"), [bySize.slice(0, 4).map((one, index) => [index ? ", " : "", boundaryLink(one.index)]), bySize.length > 4 ? ` and ${bySize.length - 4} more` : "", `; a shared kernel of ${count(data.kernel, "module")}.`]),
      card("In the way", count(seams.length, "seam"), `places where one boundary reaches into another: ${number(code)} in code, ${number(seams.length - code)} in data.`, [contested.length ? `${count(contested.length, "table is", "tables are")} written from several boundaries. ` : "", go(route("seams"), "Search seams"), ", ", go(route("tables"), "see tables")]),
      data.walls.length ? card("Before any split", count(data.walls.length, "wall"), ["bottlenecks that a split would not remove. ", go(route("walls"), "See them")]) : ""),
    el("h2", null, "Context map"),
    mapGlance(),
    paper === PAPER ? "" : [el("h2", null, "Largest boundaries"), boundaryGrid(12), bySize.length > 12 ? el("p", null, go(route("boundaries"), `All ${bySize.length} boundaries`)) : ""],
  ];
}

/** The answer in one sentence. */
function verdict(first) {
  const steps = data.plan.filter(ready).length, large = data.plan.filter((step) => step.waits), kept = data.plan.filter((step) => !step.extract).length;
  if (!first) return boundaries.length ? ["No boundary is worth extracting yet; ", go(route("plan"), large.length ? "what has to come first" : "the reasons"), "."] : "No boundary was found.";
  const others = (steps > 1 ? `; ${count(steps - 1, "more boundary can follow", "more boundaries can follow")}` : "") + (large.length ? `; ${number(large.length)} not before ${large.length > 1 ? "their" : "its"} seams are reduced` : "");
  return ["Cut ", boundaryNamed(first.boundary), ` out first${asForm(first)}${others}`, kept ? [", and ", go(route("plan"), `${kept} of ${data.plan.length} are better left where they are`)] : "", "."];
}

/** Where a boundary lies: the deepest package that holds most of its modules, or two where that is the whole program's. */
function whereIs(name) {
  const names = (boundaries[boundaryByName.get(name)]?.source ?? []).map((module) => module.name);
  const root = deepest(sourceModules.map((module) => module.name), 1), found = deepest(names);
  if (found && found !== root) return ["Most of it in ", el("code", null, soft(found)), "."];
  const parts = new Map();
  for (const one of names) { const key = cutName(one, root.split(".").length + 1); parts.set(key, [...(parts.get(key) || []), one]); }
  const most = [...parts.values()].sort((a, b) => b.length - a.length).slice(0, 2);
  if (most.flat().length <= names.length * 0.6) return "Spread over several packages.";
  return ["Most of it in ", listed(most.map((inside) => el("code", null, soft(deepest(inside) || inside[0])))), "."];
}
/** The deepest package with more than a share of the names. */
function deepest(names, share = 0.6) {
  let found = "";
  for (let depth = 1; depth < 8; depth += 1) {
    const sums = new Map();
    for (const name of names) { const key = name.split(".").slice(0, depth).join("."); sums.set(key, (sums.get(key) || 0) + 1); }
    const [best, most] = [...sums].sort((a, b) => b[1] - a[1])[0] ?? ["", 0];
    if (best === found || (share < 1 ? most <= names.length * share : most < names.length)) break;
    found = best;
  }
  return found;
}

/** How far the proposal can be trusted: agreement of the clustering runs, and what was not seen. */
function confidence() {
  const found = [...placements.values()].filter((row) => modules[row[0]].kind === "source");
  const blind = data.problems.length + data.unresolved_total;
  const unseen = blind ? [`${count(blind, "problem or reference", "problems and references")} not resolved. `, go(route("gaps"), "See what was missed")] : "Every file was read and every reference resolved.";
  if (!found.length) return card("Confidence", "Not known", "The boundaries were given, not found. ", unseen);
  const sure = found.filter((row) => row[1] >= 0.9).length, close = found.filter((row) => row[1] < 0.6).length;
  return card("Confidence", share(sure / found.length), [`of modules stand where nine of ten clustering runs put them; ${count(close, "is a close call", "are close calls")}.`], unseen);
}

/** Held-out figures where enough changes could be held out; in-sample ones are called so. */
function buys() {
  const held = data.backtest, blast = data.blast_radius;
  if (judged()) return card("What it buys", share(held.proposed.inside),
    [`of later changes to several modules stay inside one boundary, ${share(held.packages.inside)} in as many packages. `, compared(held.proposed, held.packages, held.gain, "Packages")],
    [`Held out: proposed as of ${held.date}, judged by ${count(held.proposed.changes, "change")} since. `, go(route("history"), "See the backtest")]);
  if (!blast.changes) return "";
  if (blast.proposed.changes < data.enough) return card("What it buys", "Not known", `Only ${count(blast.proposed.changes, "change")} to several modules: too few to conclude anything.`);
  return card("What it buys", share(blast.proposed.inside),
    [`of changes to several modules stay inside one boundary, ${share(blast.today.inside)} in as many of today's packages. `, compared(blast.proposed, blast.today, blast.gain, "Today's packages")],
    [`In-sample: proposed with these changes in view. ${notHeldOut()} `, go(route("history"), "See the history")]);
}

/** What the difference is worth, where it is not in favour of the proposal: by whole percents, and by its interval. */
function compared(ours, theirs, [, low, high], whose) {
  if (less(ours, theirs)) return el("strong", null, `${whose} hold more than the proposal${high < 0 ? "" : ", by no more than chance makes"}.`);
  return low > 0 ? "" : "The difference is no greater than chance makes.";
}
const less = (ours, theirs) => Math.round(ours.inside * 100) < Math.round(theirs.inside * 100);

/** Could enough later changes be held out to judge the proposal by them? */
const judged = () => data.backtest && data.backtest.proposed.changes >= data.enough;

/** Why no later changes judge the proposal. */
const notHeldOut = () => (data.backtest ? data.backtest.lesson : data.not_held_out ? `Nothing is held out: ${data.not_held_out}.` : "");

function stepLine(step) {
  const index = boundaryByName.get(step.boundary);
  if (index === undefined) return "";
  const one = boundaries[index];
  return `${count(one.source.length, "module")}, ${count(one.lines, "line")}, ${count(one.tables.length, "table")}; ${count(one.in.length, "seam")} in, ${number(one.out.length)} out; ${count(Math.round(step.effort), "point")} of effort`;
}

function gainLine({ gain }) {
  return gain.changes ? `${number(gain.alone)} of its ${count(gain.changes, "change")} touch no other boundary (in-sample).` : "";
}
