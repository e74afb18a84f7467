// The page: folds blocks, tells what a box is, searches. The picture itself comes from `picture`.
"use strict";

(() => {
  const network = JSON.parse(document.getElementById("network").textContent);
  const place = document.getElementById("picture"),
    tipBox = document.getElementById("tip");
  const search = document.getElementById("search"),
    found = document.getElementById("found");
  const open = new Set(network.open),
    boxes = new Map();
  let matches = [],
    current = -1,
    focused = "0";

  (function register(level) {
    for (const box of level.boxes) {
      boxes.set(box.id, box);
      if (box.inside) register(box.inside);
    }
  })(network.level);

  const element = (id) => place.querySelector(`[data-id="${id}"]`);
  const frames = (id) =>
    id
      .split(".")
      .slice(0, -1)
      .map((_, i, parts) => parts.slice(0, i + 1).join("."));

  // Draws anew what is open; the box with that id stays where it was on the screen.
  function draw(id) {
    const before = id && element(id)?.getBoundingClientRect();
    place.innerHTML = picture(network, [...open], true, "");
    const after = before && element(id)?.getBoundingClientRect();
    if (after) place.scrollBy(after.left - before.left, after.top - before.top);
    mark();
    const reached = element(focused) || element(frames(focused).find((frame) => !open.has(frame)) || "0");
    focused = reached.dataset.id;
    reached.setAttribute("tabindex", "0");
  }

  function toggle(id, wanted = !open.has(id)) {
    if (!boxes.get(id)?.inside || wanted === open.has(id)) return;
    if (wanted) open.add(id);
    else open.delete(id);
    hideTip();
    draw(id);
  }

  function focus(id, seen = true) {
    element(focused)?.setAttribute("tabindex", "-1");
    focused = id;
    const box = element(id);
    box.setAttribute("tabindex", "0");
    box.focus({ preventScroll: true });
    if (seen) reveal(box);
  }

  function reveal(box) {
    const frame = (box.querySelector(".frame") || box).getBoundingClientRect(),
      view = place.getBoundingClientRect();
    const out = (low, high, from, to) => (low < from ? low - from : high > to ? Math.min(high - to, low - from) : 0);
    place.scrollBy(
      out(frame.left - 20, frame.right + 20, view.left, view.right),
      out(frame.top - 40, frame.bottom + 40, view.top, view.bottom),
    );
  }

  // What a box is: name, words, shape and costs, and its line of the spec; beside it where there is room.
  function showTip(box, x, y) {
    const [name, ...lines] = boxes.get(box.dataset.id).tip,
      [where, yaml] = lines.splice(-2);
    const part = (tag, text, type = "") =>
      Object.assign(document.createElement(tag), { textContent: text, className: type });
    const line = part("span", where, "line");
    line.append(part("code", yaml));
    tipBox.replaceChildren(part("b", name), ...lines.filter(Boolean).map((text) => part("div", text)), line);
    tipBox.hidden = false;
    const { width, height } = tipBox.getBoundingClientRect(),
      frame = box.querySelector(".frame").getBoundingClientRect();
    const beside = !box.matches(".open") && frame.right + width + 20 < innerWidth;
    const left = beside ? frame.right + 12 : Math.min(x + 14, innerWidth - width - 8);
    const top = beside
      ? Math.min(frame.top, innerHeight - height - 8)
      : y + 18 + height < innerHeight
        ? y + 18
        : y - height - 12;
    tipBox.style.left = `${Math.max(8, left)}px`;
    tipBox.style.top = `${Math.max(8, top)}px`;
  }

  const hideTip = () => {
    tipBox.hidden = true;
  };

  // The tip of the box that the keyboard is at, which stays beside it when it scrolls.
  function showFocused() {
    const box = place.querySelector(".box:focus-visible");
    if (!box) return hideTip();
    const { right, top } = box.querySelector(".frame").getBoundingClientRect();
    showTip(box, right, top - 18);
  }

  // Every name of a box: those of all its units where it stands for several (conv4_2 ... conv4_36).
  function* names(box) {
    yield box.name;
    const [first, last] = [box.name, box.last].map((name) => name.match(/^(.*?)(\d+)$/));
    if (first && last) for (let i = Number(first[2]) + 1; i <= Number(last[2]); i++) yield first[1] + i;
  }

  function matching(box, word) {
    for (const text of [...names(box), box.words, box.kind, box.shape])
      if (text.toLowerCase().includes(word)) return true;
    return false;
  }

  function lookUp() {
    const word = search.value
      .trim()
      .toLowerCase()
      .replace(/(\d)x(?=\d)/g, "$1×");
    const plain = search.value.trim().toLowerCase();
    matches = word
      ? [...boxes.values()].filter((box) => matching(box, word) || matching(box, plain)).map((box) => box.id)
      : [];
    current = -1;
    found.textContent = word ? (matches.length ? `${matches.length} found` : "none") : "";
    mark();
  }

  // The matches stand out; of one inside a folded block, the block.
  function mark() {
    const svg = place.querySelector("svg");
    svg.classList.toggle("searching", Boolean(search.value.trim()));
    for (const box of place.querySelectorAll(".match, .holds, .current"))
      box.classList.remove("match", "holds", "current");
    matches.forEach((id, i) => {
      const closed = frames(id).find((frame) => !open.has(frame)),
        shown = closed || id;
      element(shown)?.classList.add("match");
      if (i === current) element(shown)?.classList.add("current");
      for (const frame of frames(shown)) element(frame)?.classList.add("holds");
    });
  }

  function next(step) {
    if (!matches.length) return;
    current = (current + step + matches.length) % matches.length;
    const id = matches[current];
    for (const frame of frames(id)) open.add(frame);
    draw();
    found.textContent = `${current + 1} of ${matches.length}`;
    reveal(element(id));
  }

  function all(wanted) {
    for (const box of boxes.values())
      if (box.inside) {
        if (wanted) open.add(box.id);
        else open.delete(box.id);
      }
    hideTip();
    draw();
  }

  const boxAt = (event) => event.target.closest?.(".box");

  place.addEventListener("click", (event) => {
    const box = boxAt(event);
    if (!box) return;
    const id = box.dataset.id;
    toggle(id);
    focus(id, false);
  });
  place.addEventListener("mousemove", (event) => {
    const box = boxAt(event);
    if (box) showTip(box, event.clientX, event.clientY);
    else hideTip();
  });
  place.addEventListener("mouseleave", hideTip);
  place.addEventListener("scroll", showFocused);
  place.addEventListener("focusin", showFocused);
  place.addEventListener("focusout", hideTip);
  place.addEventListener("keydown", (event) => {
    const shown = [...place.querySelectorAll(".box")],
      at = shown.indexOf(element(focused)),
      id = focused;
    const outer = frames(id).at(-1);
    const to = { ArrowDown: shown[at + 1], ArrowUp: shown[at - 1], Home: shown[0], End: shown.at(-1) }[event.key];
    if (to) focus(to.dataset.id);
    else if (event.key === "Enter" || event.key === " ") {
      toggle(id);
      focus(id);
    } else if (event.key === "ArrowRight" && boxes.get(id).inside) {
      toggle(id, true);
      focus(id);
    } else if (event.key === "ArrowLeft" && open.has(id)) {
      toggle(id, false);
      focus(id);
    } else if (event.key === "ArrowLeft" && outer) focus(outer);
    else if (event.key === "Escape") hideTip();
    else return;
    event.preventDefault();
  });
  search.addEventListener("input", lookUp);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") next(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") {
      search.value = "";
      lookUp();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target === search) return;
    event.preventDefault();
    search.focus();
  });
  document.getElementById("fold").addEventListener("click", () => all(false));
  document.getElementById("unfold").addEventListener("click", () => all(true));

  document.getElementById("legend").innerHTML = network.kinds
    .map(
      (kind) =>
        `<li><svg class="archspec" width="14" height="14" aria-hidden="true"><g class="legend ${slug(kind)}">` +
        `<rect x="1" y="1" width="12" height="12" rx="3"/></g></svg>${kind}</li>`,
    )
    .join("");
  draw();
})();
