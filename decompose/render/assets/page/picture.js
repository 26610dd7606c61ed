/* Pictures that Graphviz drew, with nodes and edges that lead on. */

/** A copy of an embedded picture: its nodes lead to boundaries, its edges to their seams; pointing fades the rest. */
function picture(name, caption) {
  const template = document.getElementById("picture:" + name);
  if (!template) return el("p.empty", null, "This picture was not drawn; the tables below hold the same.");
  const frame = el("div.picture", { tabindex: 0, role: "region", "aria-label": caption });
  frame.append(template.content.cloneNode(true));
  const drawing = frame.querySelector("svg");
  const natural = (parseFloat(drawing.getAttribute("width")) * 4) / 3; // points to pixels
  const fit = (share) => { drawing.style.width = share === null ? `min(100%, ${natural}px)` : `max(min(100%, ${natural}px), ${Math.round(natural * share)}px)`; };
  const sizes = [["Readable", 0.68], ["Whole", null], ["Full size", 1]].map(([label, share], index) =>
    el("button", { type: "button", "aria-pressed": String(!index), onclick: (event) => {
      fit(share);
      sizes.forEach((one) => one.setAttribute("aria-pressed", String(one === event.target)));
    } }, label));
  fit(0.68);
  const groups = [...frame.querySelectorAll("g.node, g.edge")];
  const choice = el("span.sizes", { role: "group", "aria-label": "Size of the picture" }, sizes);
  requestAnimationFrame(() => { // the whole where that can be read, else the middle of its nodes first
    const wide = frame.clientWidth / natural, high = (innerHeight * 0.8) / ((parseFloat(drawing.getAttribute("height")) * 4) / 3);
    if (wide >= 0.55) {
      drawing.style.width = `min(100%, ${Math.round(natural * Math.min(1, wide, Math.max(0.7, high)))}px)`;
      frame.classList.add("whole");
      choice.remove();
    }
    const boxes = [...frame.querySelectorAll("g.node")].map((node) => node.getBoundingClientRect());
    const middle = boxes.reduce((sum, box) => sum + box.left + box.width / 2, 0) / (boxes.length || 1);
    frame.scrollLeft += middle - frame.getBoundingClientRect().left - frame.clientWidth / 2;
  });
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
      group.addEventListener("click", () => { location.hash = href; });
      group.addEventListener("keydown", (event) => { if (event.key === "Enter") location.hash = href; });
    }
    explain(group, () => label);
    const near = () => groups.forEach((other) => other.classList.toggle("faded", !touches(group, other, groups)));
    const all = () => groups.forEach((other) => other.classList.remove("faded"));
    for (const [what, act] of [["mouseenter", near], ["focus", near], ["mouseleave", all], ["blur", all]]) group.addEventListener(what, act);
  }
  return el("figure", { style: null }, frame, el("figcaption.quiet.small", null, caption, " ", choice));
}
function touches(one, other, groups) {
  if (one === other) return true;
  if (one.ends.length === 2) return other.ends.length === 1 && one.ends.includes(other.ends[0]);
  if (other.ends.length === 2) return other.ends.includes(one.ends[0]);
  return groups.some((edge) => edge.ends.length === 2 && edge.ends.includes(one.ends[0]) && edge.ends.includes(other.ends[0]));
}
