/* Where the nodes of a map stand: rows from users at the top to what is used at the bottom, never wider than asked. */

/** Ids so that few of the weighted `edges` ({from, to, total}) lead upwards: Eades, Lin & Smyth's greedy order (1993). */
function dependencyOrder(ids, edges) {
  const out = new Map(ids.map((id) => [id, new Map()])), into = new Map(ids.map((id) => [id, new Map()]));
  for (const { from, to, total } of edges) {
    if (from === to || !out.has(from) || !out.has(to)) continue;
    out.get(from).set(to, (out.get(from).get(to) || 0) + total);
    into.get(to).set(from, (into.get(to).get(from) || 0) + total);
  }
  const sum = (map) => [...map.values()].reduce((a, b) => a + b, 0);
  const left = new Set(ids), head = [], tail = [];
  const take = (id, list) => {
    list.push(id);
    left.delete(id);
    for (const other of out.get(id).keys()) into.get(other).delete(id);
    for (const other of into.get(id).keys()) out.get(other).delete(id);
  };
  while (left.size) {
    const sink = [...left].find((id) => !out.get(id).size && into.get(id).size);
    if (sink !== undefined) { take(sink, tail); continue; }
    const best = [...left].map((id) => [sum(out.get(id)) - sum(into.get(id)), id]).reduce((a, b) => (b[0] > a[0] ? b : a));
    take(best[1], head);
  }
  return [...head, ...tail.reverse()];
}

/** Blocks ({id, width, height}) in order -> rows that are no wider than `room`; `breaks` are ids that stand alone. */
function inRows(blocks, room, gap, breaks = new Set()) {
  const rows = [];
  let wide = Infinity, alone = false;
  for (const block of blocks) {
    const single = breaks.has(block.id);
    if (wide + gap + block.width > room || single || alone) { rows.push([]); wide = -gap; }
    alone = single;
    rows.at(-1).push(block);
    wide += gap + block.width;
  }
  return rows;
}

/** Gives every block its x and y (top left): in each row near what it is tied to, so that few arrows cross. */
function placeRows(rows, edges, room, gap, between) {
  const near = new Map(rows.flat().map((block) => [block.id, []]));
  for (const { from, to, total } of edges) {
    if (from === to || !near.has(from) || !near.has(to)) continue;
    near.get(from).push([to, total]);
    near.get(to).push([from, total]);
  }
  const at = new Map(rows.flat().map((block) => [block.id, block]));
  const spread = (row) => {
    let x = (room - row.reduce((sum, block) => sum + block.width + gap, -gap)) / 2;
    for (const block of row) { block.x = x; x += block.width + gap; }
  };
  const middle = (block) => block.x + block.width / 2;
  rows.forEach(spread);
  for (let turn = 0; turn < 8; turn += 1) {
    for (const row of turn % 2 ? [...rows].reverse() : rows) {
      const wish = new Map(row.map((block) => {
        const ties = near.get(block.id).map(([id, total]) => [at.get(id), Math.log2(1 + total)]).filter(([other]) => !row.includes(other));
        const weight = ties.reduce((sum, [, w]) => sum + w, 0);
        return [block, weight ? ties.reduce((sum, [other, w]) => sum + w * middle(other), 0) / weight : middle(block)];
      }));
      row.sort((a, b) => wish.get(a) - wish.get(b));
      spread(row);
    }
  }
  let y = between * 0.8;
  for (const row of rows) {
    const high = Math.max(...row.map((block) => block.height));
    for (const block of row) block.y = y + (high - block.height) / 2;
    y += high + between;
  }
  return y - between / 2;
}

/** The path of an arrow from box to box, with its ends at `start` and `end` (0 to 1) along their sides, and its point `at` a part of the way. */
function arrow(from, to, start, end) {
  const x1 = from.x + from.width * start, x2 = to.x + to.width * end;
  const down = from.y + from.height <= to.y + 1, up = to.y + to.height <= from.y + 1;
  const y1 = down ? from.y + from.height : from.y, y2 = up ? to.y + to.height : to.y;
  const bend = down || up ? Math.min(70, Math.abs(y2 - y1) / 2) : Math.min(44, 16 + Math.abs(x2 - x1) / 16); // a longer arc in a row is higher
  const c1 = down ? y1 + bend : y1 - bend, c2 = up ? y2 + bend : y2 - bend;
  const on = (t, a, b, c, d) => (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t * t * c + t ** 3 * d;
  return { d: `M${[x1, y1, x1, c1, x2, c2, x2, y2].map((v, i) => (i === 2 ? "C" : i ? " " : "") + v.toFixed(1)).join("")}`, at: (t) => [on(t, x1, x1, x2, x2), on(t, y1, c1, c2, y2)] };
}
