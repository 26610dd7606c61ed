/* Pictures that Graphviz drew, with nodes and edges that lead on. */

/** A copy of an embedded picture: its nodes lead to boundaries, its edges to their seams; pointing fades the rest. */
function picture(name, caption) {
  const template = document.getElementById("picture:" + name);
  if (!template) return el("p.empty", null, "This picture was not drawn; the tables below hold the same.");
  const frame = el("div.picture", { tabindex: 0, role: "region", "aria-label": caption });
  frame.append(template.content.cloneNode(true));
  const groups = [...frame.querySelectorAll("g.node, g.edge")];
  const zoom = zoomable(frame);
  const ends = (group) => (group.querySelector("title")?.textContent || "").split("->");
  const bare = (id) => id.split("~")[0].slice(2); // "b:orders~before" -> "orders"
  for (const group of groups) {
    const [from, to] = ends(group);
    const label = to === undefined
      ? [...group.querySelectorAll("text")].map((line) => line.textContent).join(" ")
      : group.querySelector("[data-label]")?.getAttribute("data-label") || `${bare(from)} → ${bare(to)}`;
    group.querySelectorAll("title").forEach((title) => title.remove());
    group.ends = to === undefined ? [from] : [from, to];
    const href = to !== undefined ? query(route("seams"), { from: bare(from), to: bare(to) }) : from.startsWith("b:") && boundaryByName.has(bare(from)) ? route("boundaries", bare(from)) : "";
    if (href && (to === undefined || (boundaryByName.has(bare(from)) && boundaryByName.has(bare(to))))) {
      group.classList.add("go");
      group.setAttribute("tabindex", to === undefined ? "0" : "-1");
      group.setAttribute("role", "link");
      group.setAttribute("aria-label", shown(label));
      group.addEventListener("click", (event) => { if (zoom.first()) return; event.stopPropagation(); location.hash = href; });
      group.addEventListener("keydown", (event) => { if (event.key === "Enter") location.hash = href; });
    }
    explain(group, () => label);
    const near = () => groups.forEach((other) => other.classList.toggle("faded", !touches(group, other, groups)));
    const all = () => groups.forEach((other) => other.classList.remove("faded"));
    for (const [what, act] of [["mouseenter", near], ["focus", near], ["mouseleave", all], ["blur", all]]) group.addEventListener(what, act);
  }
  return el("figure", null, frame, el("figcaption.quiet.small", null, caption, " ", zoom.button));
}

const READABLE = 0.7; // of the natural size: below, the small text of a picture cannot be read

/** Shows the whole picture; where it is too small to be read, a click enlarges it there, and another shows the whole again. */
function zoomable(frame) {
  const drawing = frame.querySelector("svg");
  const [wide, high] = ["width", "height"].map((side) => (parseFloat(drawing.getAttribute(side)) * 4) / 3); // points to pixels
  const button = el("button", { type: "button", hidden: true, onclick: () => turn(0.5, 0.5) }, "Enlarge");
  let scale = 1, large = false;
  const draw = (share) => { drawing.style.width = `${Math.round(wide * share)}px`; };
  const fit = () => {
    scale = Math.min(1, frame.clientWidth / wide);
    if (scale > READABLE) scale = Math.max(READABLE, Math.min(scale, (innerHeight * 0.8) / high)); // no higher than the screen
    button.hidden = scale >= READABLE;
    frame.classList.toggle("small", !button.hidden);
    if (!large) draw(scale);
  };
  const turn = (x, y) => {
    large = !large;
    frame.classList.toggle("large", large);
    button.textContent = large ? "Show the whole" : "Enlarge";
    draw(large ? 0.85 : scale);
    if (large) frame.scrollTo(x * drawing.clientWidth - frame.clientWidth / 2, y * drawing.clientHeight - frame.clientHeight / 2);
  };
  frame.addEventListener("click", (event) => {
    const box = drawing.getBoundingClientRect();
    if (!button.hidden) turn((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  });
  new ResizeObserver(fit).observe(frame);
  return { button, first: () => !large && scale < 0.5 }; // nodes that cannot be told apart are enlarged before they lead on
}
function touches(one, other, groups) {
  if (one === other) return true;
  if (one.ends.length === 2) return other.ends.length === 1 && one.ends.includes(other.ends[0]);
  if (other.ends.length === 2) return other.ends.includes(one.ends[0]);
  return groups.some((edge) => edge.ends.length === 2 && edge.ends.includes(one.ends[0]) && edge.ends.includes(other.ends[0]));
}
