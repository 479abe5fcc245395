/* page_draw.js - drawings and packets in a page: what all our pages share.
 *
 * The report of a run and the page of a capture bring `data`: roles of drawings,
 * fields and shapes of packets (page_packet.h). A drawing comes laid out and is
 * only drawn here; the bytes of a packet are laid out by the browser, because
 * they must wrap and answer to the mouse.                                      */
const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const CELL = 8, LINE = 18;      /* pixels of a character of a drawing */

/* An element; a function among the attributes is a listener. */
function h(tag, attributes, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {}))
    if (typeof value === "function") e.addEventListener(name, value);
    else if (value !== undefined && value !== false) e.setAttribute(name, value);
  e.append(...children.flat(Infinity).filter((c) => c !== undefined && c !== null));
  return e;
}
const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
function turnTheme() {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
}

/* --- drawings -------------------------------------------------------------------------- */
function svg(tag, attributes, text) {
  const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
  if (text !== undefined) e.textContent = text;
  return e;
}
const px = (x) => (x + 0.5) * CELL, py = (y) => (y + 0.5) * LINE;

function drawText(x, y, w, flags, text) {
  const left = flags & 4 ? x - Math.trunc(w / 2) : flags & 8 ? x - w + 1 : x;
  const parts = [];
  if (flags & 2)
    parts.push(svg("rect", { class: "veil", x: left * CELL - 3, y: y * LINE + 1,
      width: w * CELL + 6, height: LINE - 2 }));
  parts.push(svg("text", { x: left * CELL, y: py(y) + 4.5, textLength: w * CELL,
    lengthAdjust: "spacingAndGlyphs" }, text));
  return parts;
}
function drawLine(x, y, w, height, flags, hasHead) {
  const [x1, y1, x2, y2] = [px(x), py(y), px(x + w), py(y + height)];
  const line = svg("line", { x1, y1, x2: hasHead ? x2 - Math.sign(w) * 6 : x2, y2 });
  if (flags & 1) line.setAttribute("stroke-dasharray", "4 4");
  if (!hasHead) return [line];
  const back = Math.sign(w) * 9;
  return [line, svg("path", { class: "head", d: `M${x2} ${y2}l${-back} -4.5v9z` })];
}
function drawItem([shape, role, x, y, w, height, flags, packet, text]) {
  const g = svg("g", { class: `r-${data.roles[role]}` });
  if (shape === 0)
    g.append(svg("rect", { x: px(x), y: py(y), width: w * CELL, height: height * LINE, rx: 4 }));
  else if (shape === 3)
    g.append(...drawText(x, y, w, flags, text));
  else
    g.append(...drawLine(x, y, w, height, flags, shape === 2));
  return g;
}

/* --- packets --------------------------------------------------------------------------- */
const payloadFields = new Set(["client_id", "will_topic", "will_payload", "user_name", "password",
  "filters", "codes", "payload"]);

/* The notes of a packet: where, what, and which part of the packet. */
function notesOf(hex, len, shape, values) {
  let part = "fixed";
  const notes = data.shapes[shape].map(([at, count, depth, field, high, low], i) => {
    const [label, name, section] = data.fields[field];
    if (depth === 0)
      part = at < 2 || name === "remaining_length" ? "fixed" : /properties$/.test(name) ? "property"
        : payloadFields.has(name) ? "payload" : "variable";
    return { i, at, len: count, depth, label, name, section, high, low, part,
      isBits: high !== undefined, value: String(values[i]) };
  });
  for (const n of notes)          /* bytes that no note below it explains */
    n.isLeaf = !n.isBits && !notes.some((m) => m.i > n.i && !m.isBits && m.depth > n.depth &&
      m.at >= n.at && m.at + m.len <= n.at + n.len && !notes.slice(n.i + 1, m.i).some((b) => b.depth <= n.depth));
  return { hex, len, notes };
}
const byteAt = (hex, i) => hex.slice(2 * i, 2 * i + 2);

function drawBox(hex, n, bits) {
  const have = hex.length / 2, end = Math.min(n.at + n.len, have, n.at + 64);
  const bytes = [];
  for (let i = n.at; i < end; i++) bytes.push(h("i", { "data-b": i }, byteAt(hex, i)));
  if (end < n.at + n.len) bytes.push(h("i", { class: "dim" }, `\u2026 ${n.at + n.len - end} more`));
  const value = parseInt(byteAt(hex, n.at), 16);
  return h("div", { class: `box c-${n.part}` }, h("div", { class: "hex" }, bytes),
    bits ? h("div", { class: "bits" }, [7, 6, 5, 4, 3, 2, 1, 0].map((b) =>
      h("i", { "data-b": n.at, "data-bit": b }, String(value >> b & 1)))) : null,
    h("small", {}, n.label));
}
function strip({ hex, len, notes }) {
  const boxes = [];
  let at = 0;
  for (const n of notes.filter((x) => x.isLeaf && x.len)) {
    if (n.at > at) boxes.push(drawBox(hex, { at, len: n.at - at, part: "variable", label: "" }));
    boxes.push(drawBox(hex, n, n.len === 1 && notes.some((m) => m.isBits && m.at === n.at)));
    at = n.at + n.len;
  }
  if (at < len) boxes.push(drawBox(hex, { at, len: len - at, part: "variable", label: "not placed" }));
  return h("div", { class: "strip" }, boxes);
}
function fieldRow(hex, n) {
  const bytes = n.len > 6 ? hex.slice(2 * n.at, 2 * n.at + 10).replace(/../g, "$& ") + "\u2026"
    : hex.slice(2 * n.at, 2 * (n.at + n.len)).replace(/../g, "$& ");
  const bits = n.isBits ? (n.high === n.low ? `bit ${n.high}` : `bits ${n.high}\u2013${n.low}`) : "";
  return h("tr", { "data-n": n.i }, h("td", { class: "mono dim" }, n.isBits ? "" : String(n.at)),
    h("td", { class: "mono" }, bits || bytes),
    h("td", { style: `padding-left:${n.depth * 16}px` },
      h("span", { class: `swatch c-${n.part}` }), n.label,
      n.name ? [" ", h("code", { class: "dim" }, n.name)] : null),
    h("td", { class: "value" }, n.value), h("td", { class: "dim" }, n.section ? `\u00a7${n.section}` : ""));
}
/* Lights what the mouse is on: a row its bytes and bits, a byte its rows. */
function light(box, notes, target) {
  for (const e of box.querySelectorAll(".lit")) e.classList.remove("lit");
  const row = target.closest("tr[data-n]"), byte = target.closest("i[data-b]");
  if (row) {
    const n = notes[+row.dataset.n];
    row.classList.add("lit");
    for (const e of box.querySelectorAll("i[data-b]")) {
      const isBit = e.dataset.bit !== undefined, b = +e.dataset.b;
      const isIn = b >= n.at && b < n.at + n.len;
      if (isIn && (!n.isBits || (isBit && +e.dataset.bit <= n.high && +e.dataset.bit >= n.low)))
        e.classList.add("lit");
    }
  } else if (byte) {
    const b = +byte.dataset.b, bit = byte.dataset.bit;
    for (const e of box.querySelectorAll(`i[data-b="${b}"]`))
      if (bit === undefined || e.dataset.bit === bit) e.classList.add("lit");
    const over = notes.filter((n) => b >= n.at && b < n.at + n.len && (bit === undefined || !n.isBits ||
      (+bit <= n.high && +bit >= n.low)));
    const depth = Math.max(...over.map((n) => n.depth), -1);
    for (const n of over.filter((m) => m.depth === depth || m.isBits))
      box.querySelector(`tr[data-n="${n.i}"]`).classList.add("lit");
  }
}
function fieldTable({ hex, notes }) {
  return h("table", { class: "fields" },
    h("thead", {}, h("tr", {}, ["at", "bytes", "field", "value", "section"].map((t) => h("th", {}, t)))),
    h("tbody", {}, notes.map((n) => fieldRow(hex, n))));
}
/* Bytes at..at+count of a packet are wrong: [[statement, at, count, text], ...] */
function markBad(box, broken) {
  for (const [, at, count] of broken)
    for (const e of box.querySelectorAll("i[data-b]"))
      if (+e.dataset.b >= at && +e.dataset.b < at + Math.max(count, 1)) e.classList.add("bad");
}
