// A laid-out network -> the text of an SVG.

const MARGIN = 18;
const NAMES = "Verdana, 'DejaVu Sans', 'Segoe UI', Helvetica, Arial, sans-serif";

const escaped = (text) =>
  text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

// The picture of a network: `network` as `archspec.drawing.data` makes it, `open` the ids of the frames to open.
// With `live` for the page: no heading and legend of its own, boxes that take the focus, no tips of the viewer's.
function picture(network, open, live, style) {
  const level = laidOut(network.level, new Set(open), false);
  const end = finish(level, network.level.arrows);
  const heading = live ? { text: "", h: 0, w: 0 } : head(network, level.w);
  const w = Math.ceil(Math.max(level.w, heading.w) + 2 * MARGIN),
    h = Math.ceil(heading.h + end + 2 * MARGIN);
  const x = n((w - level.w) / 2),
    y = n(MARGIN + heading.h);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="archspec" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}"` +
    ` font-family="${NAMES}"${live ? ' role="tree"' : ' role="img"'} aria-label="${escaped(network.title)}">` +
    (style ? `<style>${style}</style>` : "") +
    (live ? "" : `<title>${escaped(network.title)}</title><rect class="paper" width="${w}" height="${h}"/>`) +
    heading.text +
    `<g transform="translate(${x} ${y})">${drawn(level, 0, live)}</g></svg>`
  );
}

// Arrows that leave the network get a tip below the last boxes; gives the height with them.
function finish(level, arrows) {
  let end = level.h;
  for (const { source, target } of arrows) {
    if (target >= 0 || source < 0) continue;
    const { x, y } = bottom(level.boxes[source]);
    level.paths.push({ d: `M${n(x)} ${n(y)}V${n(y + GAP)}`, dx: 0, tip: { x, y: y + GAP, way: "down" } });
    end = Math.max(end, y + GAP + 4);
  }
  return end;
}

// Name, figures and legend above the picture, in as many lines as its width asks for.
function head(network, room) {
  const width = Math.max(room, 380);
  let text =
    `<text class="title" x="${MARGIN}" y="${MARGIN + 14}" font-size="16">${escaped(shortened(network.title, width, 16, "bold"))}</text>` +
    `<text class="figures" x="${MARGIN}" y="${MARGIN + 33}" font-size="11">${escaped(network.figures)}</text>`;
  let x = MARGIN,
    y = MARGIN + 46;
  for (const kind of network.kinds) {
    const step = textWidth(kind, SMALL) + 32;
    if (x > MARGIN && x + step > MARGIN + width) {
      x = MARGIN;
      y += 18;
    }
    text +=
      `<g class="legend ${slug(kind)}"><rect x="${n(x)}" y="${y}" width="12" height="12" rx="3"/>` +
      `<text x="${n(x + 17)}" y="${y + 10}" font-size="${SMALL}">${kind}</text></g>`;
    x += step;
  }
  return { text, h: y + 12 + 8, w: width };
}

const slug = (kind) => `kind-${kind.replaceAll(" ", "-")}`;

function drawn(level, depth, live) {
  const paths = level.paths.map((path) => {
    const moved = path.dx ? ` transform="translate(${n(path.dx)} 0)"` : "";
    return `<path class="arrow${path.skip ? " skip" : ""}" d="${path.d}"${moved}/>${path.tip ? tip(path.tip, path.skip) : ""}`;
  });
  const shapes = level.labels.map(({ x, y, text }) => {
    const room = textWidth(text, SMALL) + 4;
    return (
      `<rect class="plate on-${depth % 3}" x="${n(x - room / 2)}" y="${n(y - 9)}" width="${n(room)}" height="12"/>` +
      `<text class="shape" x="${n(x)}" y="${n(y)}" font-size="${SMALL}" text-anchor="middle">${escaped(text)}</text>`
    );
  });
  return paths.join("") + shapes.join("") + level.boxes.map((item) => drawnBox(item, depth, live)).join("");
}

function tip({ x, y, way }, skip) {
  const d = way === "down" ? `M${n(x)} ${n(y)}l-4 -7h8z` : `M${n(x)} ${n(y)}l-7 -4v8z`;
  return `<path class="tip${skip ? " skip" : ""}" d="${d}"/>`;
}

function drawnBox(item, depth, live) {
  const { box, texts, level } = item,
    w = n(item.w),
    h = n(item.h);
  const frame = `width="${w}" height="${h}" rx="6"`;
  const stack =
    box.times > 1 ? `<rect class="behind" x="6" y="6" ${frame}/><rect class="behind" x="3" y="3" ${frame}/>` : "";
  const state = box.inside ? ` aria-expanded="${Boolean(level)}"` : "";
  const focus = live ? ` tabindex="-1" role="treeitem"${state} aria-label="${escaped(box.tip[0])}"` : "";
  const classes = `box ${slug(box.kind)}${level ? ` open on-${(depth + 1) % 3}` : ""}${box.head ? " head" : ""}`;
  const content = level ? opened(item, depth, live) : closed(item);
  const tips = live ? "" : `<title>${escaped(box.tip.join("\n"))}</title>`;
  return (
    `<g class="${classes}" data-id="${box.id}" transform="translate(${n(item.x)} ${n(item.y)})"${focus}>${tips}` +
    `${stack}<rect class="frame" ${frame}/>${content}</g>`
  );
}

function closed({ box, texts, w }) {
  const mark = box.inside ? 16 : 0,
    middle = n((w + mark) / 2);
  const sign = box.inside
    ? chevron(n((w - mark - textWidth(texts.label, FONT, "bold")) / 2 + 1), texts.words ? 15 : 22, false)
    : "";
  return (
    `${sign}<text class="name" x="${middle}" y="${texts.words ? 16 : 23}" font-size="${FONT}" text-anchor="middle">${escaped(texts.label)}</text>` +
    (!texts.words
      ? ""
      : `<text class="words" x="${n(w / 2)}" y="29.5" font-size="${SMALL}" text-anchor="middle">${escaped(texts.words)}</text>`)
  );
}

function opened({ texts, level, inner }, depth, live) {
  const after = n(26 + textWidth(texts.label, FONT, "bold") + 8);
  return (
    `${chevron(10, 16, true)}<text class="name" x="24" y="16.5" font-size="${FONT}">${escaped(texts.label)}</text>` +
    (!texts.words
      ? ""
      : `<text class="words" x="${after}" y="16.5" font-size="${SMALL}">${escaped(texts.words)}</text>`) +
    `<g transform="translate(${n(inner.x)} ${inner.y})">${drawn(level, depth + 1, live)}</g>`
  );
}

function chevron(x, y, open) {
  return `<path class="chevron" d="M${x} ${y - 7}${open ? "h8l-4 6z" : "v8l6 -4z"}"/>`;
}
