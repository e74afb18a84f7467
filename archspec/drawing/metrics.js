// Advance widths of DejaVu Sans, regular and bold, in thousandths of an em, for U+0020 to U+007E. It is the widest
// of the fonts that pictures ask for, so that what is measured here fits in the others too.
const ADVANCES = {
  regular: [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
    748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
    615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
    337, 636, 838,
  ],
  bold: [
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696, 696, 696,
    696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775, 637, 995,
    837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716,
    678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712,
    365, 712, 838,
  ],
};

// Pixels that a text takes; a character of another script counts as a whole em.
function textWidth(text, size, weight = "regular") {
  let sum = 0;
  for (const character of text) sum += ADVANCES[weight][character.codePointAt(0) - 32] ?? 1000;
  return (sum * size) / 1000;
}

// The text, its middle left out where it is wider than `room`: the ends of names tell them apart.
function shortened(text, room, size, weight) {
  const characters = [...text];
  let keep = characters.length,
    cut = text;
  while (keep > 0 && textWidth(cut, size, weight) > room) cut = ellipsis(characters, --keep);
  return cut;
}

function ellipsis(characters, keep) {
  const head = Math.ceil(keep / 2);
  return characters.slice(0, head).join("") + "…" + characters.slice(characters.length - (keep - head)).join("");
}
