// Where everything stands: a level (boxes and arrows) -> coordinates. Each frame is laid out by itself, so that a
// fold moves only what stands around it. What is one behind the other is stacked on one axis; what goes beside one
// another is laid out by dagre; auxiliary heads stand to the right of the trunk, skips are arcs to its left.

const FONT = 12,
  SMALL = 10;
const LEAF = 36,
  TITLE = 24,
  PAD = 14,
  MAX_TEXT = 230;
const GAP = 35,
  ENTRY = 16,
  EXIT = 14,
  BESIDE = 22,
  FAN = 26,
  LABEL = 22,
  RADIUS = 12;
const LANE = 14,
  HEAD_GAP = 30;
// What is laid out, in seconds: boxes of a group beside one another, arrows of a group, skips of a frame.
const MAX_GROUP = 400,
  MAX_ARROWS = 1500;

// A box with its size; `axis` is where its arrow comes in and goes out, from its left edge.
function sized(box, open) {
  const label = shortened(box.label, MAX_TEXT, FONT, "bold"),
    words = shortened(box.words, MAX_TEXT, SMALL);
  const texts = { label, words };
  if (!box.inside || !open.has(box.id)) {
    const mark = box.inside ? 16 : 0;
    const width =
      Math.max(textWidth(label, FONT, "bold") + mark, textWidth(words, SMALL), textWidth(box.shape, SMALL)) + 20;
    const w = Math.max(84, Math.ceil(width));
    return { box, texts, w, h: LEAF, axis: w / 2 };
  }
  const level = laidOut(box.inside, open, true);
  const title = textWidth(label, FONT, "bold") + textWidth(words, SMALL) + 46;
  const side = PAD + Math.max(0, title - level.w - 2 * PAD) / 2;
  return {
    box,
    texts,
    level,
    w: level.w + 2 * side,
    h: TITLE + level.h,
    axis: level.axis + side,
    inner: { x: side, y: TITLE },
  };
}

// A level: boxes placed (`x`, `y`), paths of arrows, and the labels on them, from the level's own corner.
function laidOut(inside, open, framed) {
  const boxes = inside.boxes.map((box) => sized(box, open));
  const main = (place) => place < 0 || !boxes[place].box.head;
  const arrows = inside.arrows.filter((arrow) => main(arrow.source) && main(arrow.target));
  const items = spine(boxes, arrows);
  items.forEach((item) => item.group && arrangeGroup(item, boxes, arrows));
  const half = Math.max(0, ...items.map((item) => Math.max(item.axis, item.w - item.axis)));
  const height = stacked(items, boxes, framed);
  const found = { boxes, axis: half, h: height, paths: [], labels: [] };
  const arcs = drawArrows(found, items, framed ? arrows : arrows.filter(({ target }) => target >= 0));
  const margin = drawArcs(found, arcs, half);
  shift(found, margin);
  found.axis = half + margin;
  found.w = 2 * half + margin + (framed && margin ? margin : 0);
  placeHeads(found, inside.arrows);
  found.labels = labels(found, inside.arrows, framed);
  return found;
}

// The boxes that every way leads through, in order, and between them groups of boxes beside one another.
function spine(boxes, arrows) {
  const count = boxes.length,
    covered = new Array(count + 2).fill(0);
  const cover = (from, to) => {
    if (to - from > 1) {
      covered[from + 1]++;
      covered[to]--;
    }
  };
  const from = new Set(),
    into = new Set();
  for (const { source, target, skip } of arrows) {
    from.add(source);
    into.add(target);
    if (!skip) cover(Math.max(source, -1), target < 0 ? count : target);
  }
  boxes.forEach(({ box }, place) => {
    if (!box.head && !into.has(place)) cover(-1, place);
    if (!box.head && !from.has(place)) cover(place, count);
  });
  const sources = boxes.findIndex(({ box }, place) => !box.head && place > 0 && !into.has(place));
  if (sources > 0 && !into.has(0)) {
    covered[0]++;
    covered[1]--;
  }
  const items = [];
  let depth = 0;
  boxes.forEach((item, place) => {
    depth += covered[place];
    if (item.box.head) return;
    const last = items[items.length - 1];
    if (depth === 0) items.push({ place, w: item.w, h: item.h, axis: item.axis });
    else if (last && last.group) last.group.push(place);
    else items.push({ group: [place] });
  });
  return items;
}

function limited(count, most, what) {
  if (count > most) throw new Error(`${count} ${what}; at most ${most} are laid out`);
}

// Boxes beside one another, by dagre: between a point above and a point below them, the order of the file from the left.
function arrangeGroup(item, boxes, arrows) {
  limited(item.group.length, MAX_GROUP, "boxes that are not one behind the other");
  const members = new Set(item.group),
    graph = new dagre.graphlib.Graph();
  graph.setGraph({ nodesep: BESIDE, edgesep: 16, ranksep: FAN }).setDefaultEdgeLabel(() => ({}));
  graph.setNode("in", { width: 0, height: 0 }).setNode("out", { width: 0, height: 0 });
  for (const place of item.group) {
    const { w, h, axis } = boxes[place];
    graph.setNode(String(place), { width: 2 * Math.max(axis, w - axis), height: h + LABEL });
  }
  for (const { source, target } of arrows) {
    const from = members.has(source) ? String(source) : "in",
      to = members.has(target) ? String(target) : "out";
    if (from !== "in" || to !== "out") graph.setEdge(from, to);
  }
  for (const place of item.group)
    if (!graph.inEdges(String(place)).length) graph.setEdge("in", String(place), { unread: true });
  limited(graph.edgeCount(), MAX_ARROWS, "arrows among boxes that are not one behind the other");
  dagre.layout(graph);
  const fed = item.group.filter((place) => graph.hasEdge("in", String(place)));
  const mirrored = graph.node(String(fed[0])).x > graph.node(String(fed[fed.length - 1])).x;
  const { width, height } = graph.graph(),
    across = (x) => (mirrored ? width - x : x);
  Object.assign(item, { w: width, h: height, axis: across(graph.node("in").x), at: new Map(), route });
  const tall = new Map(); // middle of a row -> its height
  for (const place of item.group) {
    const { x, y, height: h } = graph.node(String(place)),
      { axis } = boxes[place];
    item.at.set(place, { x: across(x) - axis, y: y - h / 2 });
    tall.set(y, Math.max(tall.get(y) || 0, h));
  }
  // An arrow is upright within rows: in its own and in those that it crosses, which is every second of dagre's points.
  function route(source, target) {
    const from = members.has(source) ? String(source) : "in",
      to = members.has(target) ? String(target) : "out";
    const crossed = graph
      .edge(from, to)
      .points.slice(1, -1)
      .filter((_, i) => i % 2);
    const rows = crossed
      .map(({ x, y }) => [
        { x, y, way: -1 },
        { x, y, way: 1 },
      ])
      .flat();
    if (from !== "in") rows.unshift({ ...graph.node(from), way: 1 });
    if (to !== "out") rows.push({ ...graph.node(to), way: -1 });
    return rows.map(({ x, y, way }) => ({ x: across(x), y: y + (way * (tall.get(y) || 0)) / 2 }));
  }
}

// Items one below the other, axes at 0; gives the height.
function stacked(items, boxes, framed) {
  let y = framed ? ENTRY : 0;
  items.forEach((item, i) => {
    if (i) y += item.group ? LABEL : items[i - 1].group ? 4 : GAP;
    item.y = y;
    if (item.group)
      for (const [place, { x, y: inner }] of item.at) Object.assign(boxes[place], { x: x - item.axis, y: y + inner });
    else Object.assign(boxes[item.place], { x: -item.axis, y });
    y += item.h;
  });
  return y + (framed ? EXIT : 0);
}
