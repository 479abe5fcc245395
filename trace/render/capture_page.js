/* capture_page.js - the sequence diagram of a capture, its filter and its keys.
 *
 * Only what is seen is drawn. The drawing comes in pieces of some rows, and is
 * put on the screen in blocks of BLOCK rows. A filter hides rows: `below` says
 * for each row of the drawing how many rows above it are shown, so arrows move
 * up and upright lines shrink, whatever they mean.                             */
const BLOCK = 16;               /* rows that are drawn together */
const AT_ONCE = 2;              /* blocks that are drawn in one go, those in the middle first */
const PRINTED = 1500;           /* rows that go on paper */
const drawing = data.drawing, count = data.number.length;
const rowCount = Math.max(drawing.h - drawing.head, 1);
data.connections.sort((a, b) => a[0] - b[0]); /* they come in the order of their ends */
const placeOf = new Map(data.number.map((n, i) => [n, i]));
const findingsOf = new Map();   /* place of a packet -> its findings */
for (const f of data.findings) {
  const i = placeOf.get(f[0]);
  if (i !== undefined) findingsOf.set(i, [...(findingsOf.get(i) || []), f]);
}
const violating = [...findingsOf.keys()].sort((a, b) => a - b);
const packetAt = new Int32Array(rowCount + 1).fill(-1); /* row -> place */
for (let i = 0; i < count; i++)
  for (let r = 0; r < data.rows[i]; r++) packetAt[data.row[i] + r] = i;

const state = { at: -1, words: "", lane: -1, isBroken: false, places: null, rows: null, below: null };
const piecesParsed = new Map(), blocks = new Map();

/* Element `id` of the page, parsed when it is first asked for; null while the
   browser is still reading the page and has not come to it. */
function piece(id) {
  if (!piecesParsed.has(id)) {
    if (!$(id)) return null;
    piecesParsed.set(id, JSON.parse($(id).textContent));
  }
  return piecesParsed.get(id);
}
const lineOf = (i) => (piece(`l${Math.floor(i / data.piece)}`) || [])[i % data.piece] || "";
const drawn = new Map();        /* number of a piece -> {rows, tall} */
function rowsOf(n) {
  if (!drawn.has(n)) {
    const rows = new Map(), tall = [], items = piece(`r${n}`);
    if (!items) return { rows, tall };
    for (const item of items) {
      const y = item[3] - drawing.head;
      if (item[5]) tall.push(item);
      else rows.set(y, [...(rows.get(y) || []), item]);
    }
    drawn.set(n, { rows, tall });
  }
  return drawn.get(n);
}

/* --- filter --------------------------------------------------------------------------- */
const texts = [];               /* of the packets, in small letters, as far as they were made */
function textOf(i) {
  return [data.lanes[data.lane[i]], lineOf(i), `#${data.number[i]}`,
    ...(findingsOf.get(i) || []).map((f) => `${f[3]} ${f[5]}`)].join(" ").toLowerCase();
}
function makeTexts(end) {
  while (texts.length < end) texts.push(textOf(texts.length));
}
/* Ahead of the first filter, when there is nothing else to do. */
function prepareTexts() {
  makeTexts(Math.min(texts.length + 2500, count));
  if (texts.length < count) setTimeout(prepareTexts);
}
function matches(i, words) {
  if (state.lane >= 0 && data.lane[i] !== state.lane) return false;
  if (state.isBroken && !findingsOf.has(i)) return false;
  return words.every((w) => w[0] === "-" && w.length > 1 ? !texts[i].includes(w.slice(1)) : texts[i].includes(w));
}
function filter() {
  const words = state.words.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length) makeTexts(count);
  state.places = state.rows = state.below = null;
  if (words.length || state.lane >= 0 || state.isBroken) {
    state.places = [];
    for (let i = 0; i < count; i++) if (matches(i, words)) state.places.push(i);
    state.rows = [];
    for (const i of state.places)
      for (let r = 0; r < data.rows[i]; r++) state.rows.push(data.row[i] + r);
    state.below = new Int32Array(rowCount + 2);
    let next = 0;
    for (let y = 0; y < state.below.length; y++) {
      state.below[y] = next;
      if (state.rows[next] === y) next++;
    }
  }
  $("shown").textContent = state.places ? `${state.places.length} of ${plural(count, "packet")}` : "";
  redraw();
}
const shownRows = () => state.rows ? state.rows.length : rowCount;
const shownRow = (y) => state.below ? state.below[Math.min(y, rowCount + 1)] : y;
const rowShown = (v) => state.rows ? state.rows[v] : v;
const isShown = (i) => !state.below || state.rows[state.below[data.row[i]]] === data.row[i];

/* --- drawing what is seen --------------------------------------------------------------- */
const GUTTER = 17;              /* columns of numbers and times */
const SHIFT = 4;                /* pixels above the first row */
function moved(item, y, height, top) {
  return drawItem([item[0], item[1], item[2], y - top, item[4], height, ...item.slice(6)]);
}
function drawTall(g, item, top) {
  const y = item[3] - drawing.head;
  const from = Math.max(shownRow(y), top), to = Math.min(shownRow(y + item[5]), top + BLOCK);
  if (to > from) g.append(moved(item, from, to - from, top));
}
function drawBlock(b) {
  const top = b * BLOCK, end = Math.min(top + BLOCK, shownRows());
  const width = (drawing.w + 2) * CELL;
  const g = svg("svg", { width, height: (BLOCK + 1) * LINE, style: `top:${headHeight + SHIFT + top * LINE}px` });
  const parts = new Map(), packets = new Set(), gutter = svg("g", { class: "gutter" });
  gutter.append(svg("rect", { class: "veil", x: -10, y: 0, width: GUTTER * CELL + 10, height: BLOCK * LINE }));
  for (let v = top; v < end; v++) parts.set(Math.floor(rowShown(v) / drawing.piece), true);
  for (const n of parts.keys()) for (const item of rowsOf(n).tall) drawTall(g, item, top);
  for (let v = top; v < end; v++) {
    const y = rowShown(v), i = packetAt[y];
    for (const item of rowsOf(Math.floor(y / drawing.piece)).rows.get(y) || []) (item[2] < GUTTER ? gutter : g).append(moved(item, v, 0, top));
    if (i >= 0) packets.add(i);
  }
  g.append(gutter);
  slide(gutter);
  for (const i of packets) {
    const y = Math.max(shownRow(data.row[i]) - top, 0);
    const last = Math.min(shownRow(data.row[i]) + data.rows[i] - top, BLOCK);
    g.append(svg("rect", { class: `hit${i === state.at ? " at" : ""}`, "data-i": i, x: 2, y: y * LINE,
      width: width - 4, height: (last - y) * LINE, rx: 3 }));
  }
  return g;
}
/* Numbers and times stay at the left edge. */
function slide(gutter) {
  const left = $("ladder").scrollLeft / zoom;
  gutter.setAttribute("transform", `translate(${left > 6 ? left - 6 : 0} 0)`);
}
let headHeight = 0;
function drawHeads() {
  const width = (drawing.w + 2) * CELL;
  headHeight = drawing.head * LINE;
  const heads = svg("svg", { width, height: headHeight, class: "heads", role: "img", "aria-label": "clients and broker" });
  heads.append(...drawing.items.map(drawItem));
  $("sheet").replaceChildren(heads);
}
let isWaiting = false;
/* Blocks from one before to one behind what is seen. */
function drawSeen(all) {
  const box = $("ladder"), size = BLOCK * LINE * zoom, last = Math.ceil(shownRows() / BLOCK) - 1;
  let from = Math.max(Math.floor(box.scrollTop / size) - 1, 0);
  let to = Math.min(Math.floor((box.scrollTop + box.clientHeight) / size) + 1, last);
  if (all) [from, to] = [0, Math.min(last, Math.ceil(PRINTED / BLOCK))];
  for (const [b, g] of blocks)
    if (b < from || b > to) {
      g.remove();
      blocks.delete(b);
    }
  const middle = (box.scrollTop + box.clientHeight / 2) / size - 0.5, missing = [];
  for (let b = from; b <= to; b++) if (!blocks.has(b)) missing.push(b);
  missing.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  for (const b of all ? missing : missing.slice(0, AT_ONCE)) {
    const g = drawBlock(b);
    blocks.set(b, g);
    $("sheet").append(g);
  }
  if (!all && missing.length > AT_ONCE) onScroll();
}
function redraw() {
  for (const g of blocks.values()) g.remove();
  blocks.clear();
  $("sheet").style.width = `${(drawing.w + 2) * CELL}px`;
  $("sheet").style.height = `${headHeight + 2 * SHIFT + (shownRows() + 1) * LINE}px`;
  drawSeen();
}
function onScroll() {
  if (isWaiting) return;
  isWaiting = true;
  requestAnimationFrame(() => {
    isWaiting = false;
    for (const gutter of document.querySelectorAll("#sheet .gutter")) slide(gutter);
    drawSeen();
  });
}
/* Scrolls so that packet i is seen; quite to the middle when it is far away. */
function reveal(i) {
  const box = $("ladder"), line = LINE * zoom, y = shownRow(data.row[i]) * line;
  const room = box.clientHeight - headHeight * zoom;
  if (y < box.scrollTop || y + 2 * line > box.scrollTop + room) {
    const isNear = Math.abs(y - box.scrollTop) < 2 * room;
    box.scrollTop = isNear ? (y < box.scrollTop ? y - line : y - room + 3 * line) : y - room / 2;
  }
  const [left, right] = spanOf(i), start = box.scrollLeft, end = start + box.clientWidth;
  if (right < box.clientWidth) box.scrollLeft = 0;
  else if (left < start || right > end) box.scrollLeft = Math.max(0, right - left > box.clientWidth ? left - 20 : right - box.clientWidth + 20);
  drawSeen();
}
/* Pixels that the words of packet i take, from left to right. */
function spanOf(i) {
  const items = rowsOf(Math.floor(data.row[i] / drawing.piece)).rows.get(data.row[i]) || [];
  const label = items.find((item) => item[0] === 3 && item[6] & 2 && item[7] === data.number[i]);
  if (!label) return [0, 0];
  const left = label[2] - label[4] / 2 - 4;
  return [left * CELL * zoom, (left + label[4] + 8) * CELL * zoom];
}
/* The whole width when that can still be read; + and - change it. */
let zoom = 1;
function fit(wanted) {
  zoom = Math.min(Math.max(wanted || ($("ladder").clientWidth - 12) / ((drawing.w + 2) * CELL), wanted ? 0.3 : 0.7), wanted ? 2 : 1);
  $("sheet").style.zoom = zoom;
  redraw();
  if (state.at >= 0) reveal(state.at);
}

/* --- head ----------------------------------------------------------------------------------- */
function drawHead() {
  const search = h("input", { type: "search", id: "words", "aria-label": "Filter",
    placeholder: "filter: publish qos=1 a/b -ping   ( / )",
    input: () => { state.words = search.value; filter(); } });
  const lane = h("select", { "aria-label": "Client", id: "lane",
    change: () => { state.lane = +lane.value; filter(); } }, h("option", { value: -1 }, "all clients"),
    data.lanes.map((name, i) => h("option", { value: i }, name)));
  const broken = h("button", { id: "broken", class: "chip", "aria-pressed": false, title: "only packets with findings (v)",
    click: () => { state.isBroken = !state.isBroken; broken.setAttribute("aria-pressed", state.isBroken); filter(); } },
    `\u2717 ${plural(data.violations, "violation")}${data.advice ? `, ${data.advice} advice` : ""}`);
  const slider = h("input", { type: "range", id: "slider", min: 0, max: count - 1, value: 0, "aria-label": "packet",
    title: "drag along the capture", input: () => openPacket(+slider.value) });
  $("head").replaceChildren(
    h("div", { class: "headline" }, h("span", { class: "kicker" }, "MQTT capture"), h("h1", {}, data.title),
      h("span", { class: "dim" }, `${plural(data.packets, "packet")}, ${plural(data.connections.length, "connection")}, ` +
        plural(data.lanes.length, "client")),
      data.dropped ? h("span", { class: "bad" }, `the first ${count} are shown`) : null, h("span", { class: "grow" }),
      h("button", { click: () => openPacket(-1), title: "connections and findings (o)" }, "overview"),
      h("button", { click: help, title: "keys (?)" }, "?"),
      h("button", { click: turnTheme, title: "light or dark (t)" }, "\u25d1 theme")),
    h("div", { class: "tools" }, search, lane, data.findings.length ? broken : null, h("span", { class: "dim", id: "shown" }),
      h("span", { class: "grow" }), slider));
}
const keys = [["j k \u2193 \u2191", "next and previous packet"], ["Enter", "open the packet in sight"],
  ["n N", "next and previous finding"], ["e", "next packet of the same exchange"], ["/", "filter; -word leaves out"],
  ["v", "only packets with findings"], ["g G", "first and last packet"], ["Esc", "close, clear the filter"],
  ["o", "overview"], ["+ - 0", "larger, smaller, fit"], ["t", "light or dark"], ["?", "this list"]];
function help() {
  $("help").replaceChildren(h("h2", {}, "Keys"), h("table", {}, keys.map(([key, what]) =>
    h("tr", {}, h("td", {}, h("kbd", {}, key)), h("td", {}, what)))),
  h("form", { method: "dialog" }, h("button", {}, "close")));
  $("help").showModal();
}

/* --- moving about --------------------------------------------------------------------------- */
function firstInSight() {
  for (let v = Math.max(Math.ceil($("ladder").scrollTop / LINE / zoom), 0); v < shownRows(); v++)
    if (packetAt[rowShown(v)] >= 0) return packetAt[rowShown(v)];
  return count - 1;
}
function step(by) {
  if (state.at < 0) return openPacket(firstInSight());
  if (!state.places) return openPacket(Math.min(Math.max(state.at + by, 0), count - 1));
  const list = state.places;
  let at = list.findIndex((i) => i >= state.at);
  at = at < 0 ? list.length - 1 : list[at] === state.at || by < 0 ? at + by : at;
  if (list.length) openPacket(list[Math.min(Math.max(at, 0), list.length - 1)]);
}
function stepFinding(by) {
  const list = violating.filter(isShown);
  const next = by > 0 ? list.find((i) => i > state.at) : list.findLast((i) => i < state.at);
  if (next !== undefined) openPacket(next);
}
function leave() {
  if (state.at >= 0) openPacket(-1);
  else if (state.places) clearFilter();
}
function clearFilter() {
  $("words").value = state.words = "";
  $("lane").value = state.lane = -1;
  state.isBroken = false;
  if ($("broken")) $("broken").setAttribute("aria-pressed", false);
  filter();
}
function press(e) {
  if (e.ctrlKey || e.metaKey || e.altKey || $("help").open) return;
  const isTyping = /^(INPUT|SELECT)$/.test(e.target.tagName) && e.target.type !== "range";
  if (isTyping && (e.key === "Escape" || e.key === "Enter")) {
    if (e.key === "Enter" && state.places && state.places.length) openPacket(state.places[0]);
    e.target.blur();
    return;
  }
  if (isTyping) return;
  const last = state.places ? state.places[state.places.length - 1] : count - 1;
  const first = state.places ? state.places[0] : 0;
  const does = { j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1),
    n: () => stepFinding(1), N: () => stepFinding(-1), e: stepExchange, g: () => openPacket(first ?? -1),
    G: () => openPacket(last ?? -1), "/": () => $("words").focus(), "?": help, t: turnTheme, "+": () => fit(zoom * 1.15), "-": () => fit(zoom / 1.15), 0: () => fit(), o: () => openPacket(-1),
    v: () => $("broken") && $("broken").click(), Escape: leave,
    Enter: () => state.at < 0 && e.target.tagName !== "BUTTON" && e.target.tagName !== "A" && openPacket(firstInSight()) }[e.key];
  if (!does) return;
  if (e.key !== "Enter") e.preventDefault();
  does();
}
