// The arrows of a level whose boxes stand: paths between neighbours, arcs of skips, lines to heads, and the labels.

const n = (value) => Math.round(value * 10) / 10;
const top = (box) => ({ x: box.x + box.axis, y: box.y });
const bottom = (box) => ({ x: box.x + box.axis, y: box.y + box.h });

// The arrows between neighbours on the spine; gives the others, which are arcs.
function drawArrows(found, items, arrows) {
  const { boxes } = found,
    item = new Map();
  items.forEach((it, i) => (it.group || [it.place]).forEach((place) => item.set(place, i)));
  const arcs = [];
  for (const arrow of arrows) {
    const { source, target } = arrow;
    const from = source < 0 ? -1 : item.get(source),
      to = target < 0 ? items.length : item.get(target);
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

// A path downwards through points, upright at each of them; with a tip of 7 pixels unless it goes on outside.
function curve(start, points, end) {
  const at = [start, ...points, { x: end.x, y: end.y - (end.open ? 0 : 7) }];
  let d = `M${n(start.x)} ${n(start.y)}`;
  for (let i = 1; i < at.length; i++) {
    const a = at[i - 1],
      b = at[i],
      middle = (a.y + b.y) / 2;
    d += a.x === b.x ? `V${n(b.y)}` : `C${n(a.x)} ${n(middle)} ${n(b.x)} ${n(middle)} ${n(b.x)} ${n(b.y)}`;
  }
  if (!end.open) d += `V${n(end.y)}`;
  return { d, tip: end.open ? null : { x: end.x, y: end.y, way: "down" } };
}

// Skips, around the left of what they skip, each in the nearest free lane; gives the room that they take.
function drawArcs(found, arcs, half) {
  limited(arcs.length, MAX_ARROWS, "skips in one frame");
  const { boxes } = found,
    lanes = [];
  const ends = arcs.map(({ source, target }) => ({
    from: source < 0 ? { x: 0, y: 7, inner: true } : { x: boxes[source].x, y: boxes[source].y + boxes[source].h * 0.7 },
    to:
      target < 0
        ? { x: 0, y: found.h - 7, inner: true }
        : { x: boxes[target].x, y: boxes[target].y + boxes[target].h / 2 },
  }));
  ends.sort((a, b) => a.to.y - a.from.y - (b.to.y - b.from.y));
  for (const { from, to } of ends) {
    let lane = 0;
    while (lanes[lane]?.some(([a, b]) => from.y < b && a < to.y)) lane++;
    (lanes[lane] ??= []).push([from.y, to.y]);
    const x = -half - LANE * (lane + 1) + 2,
      r = Math.min(RADIUS, (to.y - from.y) / 2);
    const d =
      `M${n(from.x)} ${n(from.y)}H${n(x + r)}Q${n(x)} ${n(from.y)} ${n(x)} ${n(from.y + r)}` +
      `V${n(to.y - r)}Q${n(x)} ${n(to.y)} ${n(x + r)} ${n(to.y)}H${n(to.x)}`;
    found.paths.push({ d, skip: true, tip: to.inner ? null : { x: to.x, y: to.y, way: "right" } });
  }
  return lanes.length ? LANE * lanes.length + 4 : 0;
}

// Everything to the right, so that the axis is where it belongs.
function shift(found, margin) {
  const by = found.axis + margin;
  for (const box of found.boxes) if (box.x !== undefined) box.x += by;
  for (const path of found.paths) {
    path.dx = by;
    if (path.tip) path.tip.x += by;
  }
}

// Auxiliary heads to the right, each beside the box that it reads: from above where there is room, else from the left.
function placeHeads(found, arrows) {
  const { boxes } = found,
    heads = boxes.flatMap(({ box }, place) => (box.head ? [place] : []));
  const left = found.w + HEAD_GAP + 6 * heads.length;
  let low = 0;
  heads.forEach((place, i) => {
    const head = boxes[place],
      arrow = arrows.find(({ target, source }) => target === place && source >= 0);
    const source = arrow ? boxes[arrow.source] : { x: 0, y: low, w: 0, h: 0 };
    const y = source.y + (source.level ? source.h - 12 : source.h / 2),
      above = y + 30 >= low;
    Object.assign(head, { x: left, y: above ? y + 30 : low });
    const end = above
      ? { x: left + head.axis, y: head.y, way: "down" }
      : { x: left, y: head.y + LEAF / 3, way: "right" };
    const x = above ? end.x : left - 12 - 6 * i,
      start = `M${n(source.x + source.w)} ${n(y)}H${n(x - RADIUS)}`;
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
    if (source >= 0 && !(target < 0 && framed) && !onlyHead)
      shown.set(source, (shown.get(source) || new Set()).add(shape));
  }
  return [...shown].map(([source, shapes]) => {
    const { x, y } = bottom(found.boxes[source]),
      text = [...shapes].join(", ");
    return { x, y: y + LABEL / 2 + 3, text };
  });
}
