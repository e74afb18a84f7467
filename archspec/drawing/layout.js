// Where everything stands: a level (boxes and arrows) -> coordinates. Each frame is laid out by itself, so that a
// fold moves only what stands around it. What is one behind the other is stacked on one axis; what goes beside one
// another is laid out by dagre; auxiliary heads stand to the right of the trunk, skips are arcs to its left.

const FONT = 12, SMALL = 10;
const LEAF = 36, TITLE = 24, PAD = 14, MAX_TEXT = 230;
const GAP = 35, ENTRY = 16, EXIT = 14, BESIDE = 22, FAN = 26, LABEL = 22, RADIUS = 12;
const LANE = 14, HEAD_GAP = 30;
const MAX_GROUP = 400; // boxes beside one another that dagre is asked to lay out

// A box with its size; `axis` is where its arrow comes in and goes out, from its left edge.
function sized(box, open) {
  const label = shortened(box.label, MAX_TEXT, FONT, "bold"), words = shortened(box.words, MAX_TEXT, SMALL);
  const texts = { label, words };
  if (!box.inside || !open.has(box.id)) {
    const mark = box.inside ? 16 : 0;
    const width = Math.max(textWidth(label, FONT, "bold") + mark, textWidth(words, SMALL), textWidth(box.shape, SMALL)) + 20;
    const w = Math.max(84, Math.ceil(width));
    return { box, texts, w, h: LEAF, axis: w / 2 };
  }
  const level = laidOut(box.inside, open, true);
  const title = textWidth(label, FONT, "bold") + textWidth(words, SMALL) + 46;
  const side = PAD + Math.max(0, title - level.w - 2 * PAD) / 2;
  return { box, texts, level, w: level.w + 2 * side, h: TITLE + level.h, axis: level.axis + side, inner: { x: side, y: TITLE } };
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
  const arcs = drawArrows(found, items, arrows);
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
  const count = boxes.length, covered = new Array(count + 2).fill(0);
  const cover = (from, to) => { if (to - from > 1) { covered[from + 1]++; covered[to]--; } };
  const from = new Set(), into = new Set();
  for (const { source, target, skip } of arrows) {
    from.add(source); into.add(target);
    if (!skip) cover(Math.max(source, -1), target < 0 ? count : target);
  }
  boxes.forEach(({ box }, place) => {
    if (!box.head && !into.has(place)) cover(-1, place);
    if (!box.head && !from.has(place)) cover(place, count);
  });
  const sources = boxes.findIndex(({ box }, place) => !box.head && place > 0 && !into.has(place));
  if (sources > 0 && !into.has(0)) { covered[0]++; covered[1]--; }
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

// Boxes beside one another, by dagre: between a point above and a point below them, the order of the file from the left.
function arrangeGroup(item, boxes, arrows) {
  if (item.group.length > MAX_GROUP) throw new Error(`a group of ${item.group.length} boxes that are not one behind the other; at most ${MAX_GROUP} are laid out`);
  const members = new Set(item.group), graph = new dagre.graphlib.Graph();
  graph.setGraph({ nodesep: BESIDE, edgesep: 16, ranksep: FAN }).setDefaultEdgeLabel(() => ({}));
  graph.setNode("in", { width: 0, height: 0 }).setNode("out", { width: 0, height: 0 });
  for (const place of item.group) {
    const { w, h, axis } = boxes[place];
    graph.setNode(String(place), { width: 2 * Math.max(axis, w - axis), height: h + LABEL });
  }
  for (const { source, target } of arrows) {
    const from = members.has(source) ? String(source) : "in", to = members.has(target) ? String(target) : "out";
    if (from !== "in" || to !== "out") graph.setEdge(from, to);
  }
  for (const place of item.group) if (!graph.inEdges(String(place)).length) graph.setEdge("in", String(place), { unread: true });
  dagre.layout(graph);
  const fed = item.group.filter((place) => graph.hasEdge("in", String(place)));
  const mirrored = graph.node(String(fed[0])).x > graph.node(String(fed[fed.length - 1])).x;
  const { width, height } = graph.graph(), across = (x) => (mirrored ? width - x : x);
  Object.assign(item, { w: width, h: height, axis: across(graph.node("in").x), at: new Map(), route });
  const tall = new Map(); // middle of a row -> its height
  for (const place of item.group) {
    const { x, y, height: h } = graph.node(String(place)), { axis } = boxes[place];
    item.at.set(place, { x: across(x) - axis, y: y - h / 2 });
    tall.set(y, Math.max(tall.get(y) || 0, h));
  }
  // An arrow is upright within rows: in its own and in those that it crosses, which is every second of dagre's points.
  function route(source, target) {
    const from = members.has(source) ? String(source) : "in", to = members.has(target) ? String(target) : "out";
    const crossed = graph.edge(from, to).points.slice(1, -1).filter((_, i) => i % 2);
    const rows = crossed.map(({ x, y }) => [{ x, y, way: -1 }, { x, y, way: 1 }]).flat();
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
    if (item.group) for (const [place, { x, y: inner }] of item.at) Object.assign(boxes[place], { x: x - item.axis, y: y + inner });
    else Object.assign(boxes[item.place], { x: -item.axis, y });
    y += item.h;
  });
  return y + (framed ? EXIT : 0);
}

const top = (box) => ({ x: box.x + box.axis, y: box.y });
const bottom = (box) => ({ x: box.x + box.axis, y: box.y + box.h });

// The arrows between neighbours on the spine; gives the others, which are arcs.
function drawArrows(found, items, arrows) {
  const { boxes } = found, item = new Map();
  items.forEach((it, i) => (it.group || [it.place]).forEach((place) => item.set(place, i)));
  const arcs = [];
  for (const arrow of arrows) {
    const { source, target } = arrow;
    const from = source < 0 ? -1 : item.get(source), to = target < 0 ? items.length : item.get(target);
    const start = source < 0 ? { x: 0, y: 0 } : bottom(boxes[source]);
    const end = target < 0 ? { x: 0, y: found.h, open: true } : top(boxes[target]);
    const group = from === to ? items[from] : items[to]?.group ? items[to] : items[from]?.group ? items[from] : null;
    if (to - from > 1 || (from !== to && items[from]?.group && items[to]?.group)) arcs.push(arrow);
    else if (group) found.paths.push(curve(start, viaGroup(group, source, target), end));
    else found.paths.push(curve(start, [], end));
  }
  return arcs;
}

// The points of a way through a group: straight to its edge, and then as dagre leads it.
function viaGroup(group, source, target) {
  const points = group.route(source, target).map(({ x, y }) => ({ x: x - group.axis, y: y + group.y }));
  if (!group.at.has(source)) points.unshift({ x: 0, y: group.y });
  if (!group.at.has(target)) points.push({ x: 0, y: group.y + group.h });
  return points;
}

// A path downwards through points, upright at each of them; with a head unless it goes on outside.
function curve(start, points, end) {
  const at = [start, ...points, end];
  let d = `M${n(start.x)} ${n(start.y)}`;
  for (let i = 1; i < at.length; i++) {
    const a = at[i - 1], b = at[i], middle = (a.y + b.y) / 2;
    d += a.x === b.x ? `V${n(b.y)}` : `C${n(a.x)} ${n(middle)} ${n(b.x)} ${n(middle)} ${n(b.x)} ${n(b.y)}`;
  }
  return { d, tip: end.open ? null : { x: end.x, y: end.y, way: "down" } };
}

// Skips, around the left of what they skip, each in the nearest free lane; gives the room that they take.
function drawArcs(found, arcs, half) {
  const { boxes } = found, lanes = [];
  const ends = arcs.map(({ source, target }) => ({
    from: source < 0 ? { x: 0, y: 7, inner: true } : { x: boxes[source].x, y: boxes[source].y + boxes[source].h * 0.7 },
    to: target < 0 ? { x: 0, y: found.h - 7, inner: true } : { x: boxes[target].x, y: boxes[target].y + boxes[target].h / 2 },
  }));
  ends.sort((a, b) => a.to.y - a.from.y - (b.to.y - b.from.y));
  for (const { from, to } of ends) {
    let lane = 0;
    while (lanes[lane]?.some(([a, b]) => from.y < b && a < to.y)) lane++;
    (lanes[lane] ??= []).push([from.y, to.y]);
    const x = -half - LANE * (lane + 1) + 2, r = Math.min(RADIUS, (to.y - from.y) / 2);
    const d = `M${n(from.x)} ${n(from.y)}H${n(x + r)}Q${n(x)} ${n(from.y)} ${n(x)} ${n(from.y + r)}`
      + `V${n(to.y - r)}Q${n(x)} ${n(to.y)} ${n(x + r)} ${n(to.y)}H${n(to.x)}`;
    found.paths.push({ d, skip: true, tip: to.inner ? null : { x: to.x, y: to.y, way: "right" } });
  }
  return lanes.length ? LANE * lanes.length + 4 : 0;
}

// Everything to the right, so that the axis is where it belongs.
function shift(found, margin) {
  const by = found.axis + margin;
  for (const box of found.boxes) if (box.x !== undefined) box.x += by;
  for (const path of found.paths) { path.dx = by; if (path.tip) path.tip.x += by; }
}

// Auxiliary heads to the right, each beside the box that it reads: from above where there is room, else from the left.
function placeHeads(found, arrows) {
  const { boxes } = found, heads = boxes.flatMap(({ box }, place) => (box.head ? [place] : []));
  const left = found.w + HEAD_GAP + 6 * heads.length;
  let low = 0;
  heads.forEach((place, i) => {
    const head = boxes[place], arrow = arrows.find(({ target, source }) => target === place && source >= 0);
    const source = arrow ? boxes[arrow.source] : { x: 0, y: low, w: 0, h: 0 };
    const y = source.y + (source.level ? source.h - 12 : source.h / 2), above = y + 30 >= low;
    Object.assign(head, { x: left, y: above ? y + 30 : low });
    const end = above ? { x: left + head.axis, y: head.y, way: "down" } : { x: left, y: head.y + LEAF / 3, way: "right" };
    const x = above ? end.x : left - 12 - 6 * i, start = `M${n(source.x + source.w)} ${n(y)}H${n(x - RADIUS)}`;
    const turn = `Q${n(x)} ${n(y)} ${n(x)} ${n(y + RADIUS)}`;
    const rest = above ? `V${n(end.y)}` : `V${n(end.y - 8)}Q${n(x)} ${n(end.y)} ${n(x + 8)} ${n(end.y)}H${n(end.x)}`;
    if (arrow) found.paths.push({ d: start + turn + rest, dx: 0, tip: end });
    low = head.y + head.h + 2 * GAP;
    found.w = Math.max(found.w, head.x + head.w);
    found.h = Math.max(found.h, head.y + head.h);
  });
}

// A shape on the arrow below each box that another box reads; at the outermost level also below the last ones.
function labels(found, arrows, framed) {
  const shown = new Map();
  for (const { source, target, shape } of arrows) {
    const onlyHead = target >= 0 && found.boxes[target].box.head;
    if (source >= 0 && !(target < 0 && framed) && !onlyHead) shown.set(source, (shown.get(source) || new Set()).add(shape));
  }
  return [...shown].map(([source, shapes]) => {
    const { x, y } = bottom(found.boxes[source]), text = [...shapes].join(", ");
    return { x, y: y + LABEL / 2 + 3, text };
  });
}

const n = (value) => Math.round(value * 10) / 10;
