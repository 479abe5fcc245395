/* page_view.js - one scenario: why its verdict, what was said, each packet.
 *
 * A conversation is parsed when it is opened. Its diagram comes laid out (see
 * page_talk.h) and is only drawn here; the bytes of a packet are laid out by
 * the browser, because they must wrap and answer to the mouse.                */
const SENT = 1, GOT = 2;        /* kinds of event, as in result.h */
const CELL = 8, LINE = 18;      /* pixels of a character of the diagram */
const shown = { talk: null, packets: [], at: -1, mode: "diagram", isTest: false };

/* --- the story -------------------------------------------------------------------- */
function command(name, text) {
  return text ? h("div", { class: "command" }, h("b", {}, name), h("code", {}, text),
    h("button", { title: "copy", click: (e) => {
      if (navigator.clipboard) navigator.clipboard.writeText(text);
      e.target.textContent = "copied";
    } }, "copy")) : null;
}
function because(s) {
  const pair = (name, text) => text ? [h("dt", {}, name), h("dd", {}, text)] : [];
  if (!s.source && !s.why && !s.expected && !s.got && !s.first) return null;
  return h("div", { class: `because v-${s.name}` },
    s.source ? h("pre", {}, h("span", { class: "dim" }, `${s.file}:${s.line}  `), s.source) : null,
    h("dl", {}, pair("expected", s.expected), pair("got", s.got), pair("because", s.why),
      pair("at first", s.first)));
}
function judged(s) {
  return s.judged.map(([id, verdict, line]) => {
    const name = data.verdicts[verdict], statement = statementById.get(id);
    return [h("div", { class: `id v-${name}` }, sign(name), " ",
      statement ? h("a", { href: `#statements/${id}` }, id) : id,
      h("small", {}, `${statement ? statement.level + ", \u00a7" + statement.s + ", " : ""}line ${line}`)),
    h("div", { class: "says" }, statement ? statement.says : "Recommended by the standard, not demanded.")];
  });
}
function parts(s) {
  const again = s.again || `plumb-check run --target ${data.target} --seed ${data.seed} ${s.id}`;
  return [
    h("button", { class: "back", click: () => { state.run = null; go("scenarios"); } }, "\u2190 list"),
    h("div", { class: "mono dim" }, s.id),
    h("h2", {}, s.title || s.id),
    h("div", { class: `pills v-${s.name}` }, h("span", { class: "verdict" }, sign(s.name), " ", s.name),
      groupById.get(s.id).runs.map((r) => pill(r, s)),
      h("span", { class: "dim" }, `${s.v} over ${s.via}, ${s.ms} ms`)),
    because(s),
    s.judged.length ? [h("h3", {}, "Judged"), h("div", { class: "judged" }, judged(s))] : null,
    s.chose ? [h("h3", {}, "Chose"), [...new Set(s.chose.map((c) => c[0]))].map((label) => h("p", {}, label))]
      : null,
    s.tried ? h("div", { id: "tried" }) : null,
    s.talk ? h("div", { id: "talk" }) : h("p", { class: "empty" }, "Nothing was said."),
    h("h3", {}, "To look closer"), command("again", again), command("by hand", s.hand),
    command("evidence", s.evidence)];
}
function drawDetail() {
  const s = state.run, box = $("detail");
  box.classList.toggle("none", !s);
  closePacket();
  if (!s) {
    box.replaceChildren(h("div", { class: "empty" }, "Choose a scenario (j, k)."));
    return;
  }
  box.replaceChildren(h("div", { class: "story", id: "story" }, parts(s)));
  if (s.tried) drawTalk($("tried"), JSON.parse($(`f${s.number}`).textContent), "The first try");
  if (s.talk) {
    shown.talk = JSON.parse($(`c${s.number}`).textContent);
    shown.packets = shown.talk.events.filter((e) => e[0] === SENT || e[0] === GOT);
    drawTalk($("talk"), shown.talk, s.tried ? "When repeated" : "What was said", true);
  }
}
function drawTalk(box, talk, title, isMain) {
  const other = shown.mode === "diagram" ? "lines" : "diagram";
  box.replaceChildren(
    h("h3", {}, title, isMain ? h("button", { click: () => { shown.mode = other; drawDetail(); } },
      `show as ${other}`) : null),
    shown.mode === "diagram" ? ladder(talk, isMain) : lines(talk, isMain));
}

/* --- as lines of the scenario language ----------------------------------------------- */
function lines(talk, isMain) {
  let n = 0;
  return h("div", { class: "lines" }, talk.events.map(([kind, ms, , line, guilty, text]) => {
    const isPacket = kind === SENT || kind === GOT, at = isPacket ? n++ : -1;
    return h("div", { class: (isPacket ? "p" : "dim") + (guilty ? " guilty" : ""), "data-p": at,
      click: () => isMain && isPacket && openPacket(at) },
      h("span", {}, `${ms.toFixed(3)} ms`), h("span", {}, isPacket ? `#${at + 1}` : ""),
      h("span", {}, line ? `L${line}` : ""), h("span", {}, text));
  }));
}

/* --- as a sequence diagram ------------------------------------------------------------ */
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
/* What to click on: the rows that a packet takes, across the diagram. */
function hits(drawing, isMain, events) {
  const rowsOf = new Map();
  for (const [shape, , , y, , height, , packet] of drawing.items) {
    if (!packet || (shape !== 2 && shape !== 3)) continue;
    const r = rowsOf.get(packet) || [y, y];
    rowsOf.set(packet, [Math.min(r[0], y), Math.max(r[1], y + (shape === 2 ? height : 0))]);
  }
  const packets = events.filter((e) => e[0] === SENT || e[0] === GOT);
  return [...rowsOf].map(([packet, [top, bottom]]) => {
    const e = packets[packet - 1];
    const hit = svg("rect", { class: `hit${e && e[4] ? " guilty" : ""}`, "data-p": packet - 1,
      x: 2, y: top * LINE, width: (drawing.w + 1) * CELL - 4,
      height: (bottom - top + 1) * LINE, rx: 3 });
    if (isMain) hit.addEventListener("click", () => openPacket(packet - 1));
    return hit;
  });
}
function ladder(talk, isMain) {
  const d = talk.drawing, width = (d.w + 2) * CELL, height = (d.h + 1) * LINE;
  const picture = svg("svg", { width, height, style: `min-width:${Math.round(width * 0.8)}px`, viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": "sequence diagram" });
  picture.append(...d.items.map(drawItem), ...hits(d, isMain, talk.events));
  return h("div", { class: "ladder" }, picture,
    d.dropped ? h("p", { class: "dim" }, `${d.dropped} more are not drawn; see the lines.`) : null);
}

/* --- one packet ------------------------------------------------------------------------ */
const payloadFields = new Set(["client_id", "will_topic", "will_payload", "user_name", "password",
  "filters", "codes", "payload"]);

/* The notes of a packet: where, what, and which part of the packet. */
function notesOf(event) {
  const [, , , , , , hex, len, shape, values] = event;
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
function drawPacket(event, number) {
  const [kind, ms, lane, line, , text, , len, , , broken] = event;
  const p = notesOf(event), who = shown.talk.lanes[lane] || "?";
  const box = h("div", { class: "packet", id: "packet", mouseover: (e) => light(box, p.notes, e.target) },
    h("div", { class: "top" }, h("b", {}, `#${number + 1}`),
      h("span", {}, kind === SENT ? `${who} \u2192 broker` : `broker \u2192 ${who}`),
      h("span", { class: "dim" }, `${ms.toFixed(3)} ms \u00b7 ${plural(len, "byte")}${line ? ` \u00b7 line ${line}` : ""}`),
      h("span", { class: "grow" }),
      h("button", { title: "previous packet ([)", click: () => stepPacket(-1) }, "\u2039"),
      h("button", { title: "next packet (])", click: () => stepPacket(1) }, "\u203a"),
      h("button", { title: "close (Esc)", click: closePacket }, "\u00d7")),
    h("div", { class: "mono line" }, text),
    (broken || []).map(([id, , , what]) => h("div", { class: "broken" }, 
      `\u2717 ${id ? id + ": " : ""}${what}${kind === SENT ? " (sent by the runner)" : ""}`)),
    strip(p),
    h("table", { class: "fields" }, h("thead", {}, h("tr", {}, ["at", "bytes", "field", "value", "section"]
      .map((t) => h("th", {}, t)))), h("tbody", {}, p.notes.map((n) => fieldRow(p.hex, n)))));
  for (const [, at, count] of broken || [])
    for (const e of box.querySelectorAll("i[data-b]"))
      if (+e.dataset.b >= at && +e.dataset.b < at + Math.max(count, 1)) e.classList.add("bad");
  return box;
}
function openPacket(at) {
  closePacket();
  if (!shown.packets[at]) return;
  shown.at = at;
  if (!shown.isTest) /* browsers allow only so many of these */
    try { history.replaceState(null, "", `#s/${state.run.key}/${at + 1}`); } catch (e) { /* then not */ }
  $("detail").append(drawPacket(shown.packets[at], at));
  for (const e of document.querySelectorAll(`#talk [data-p="${at}"]`)) {
    e.classList.add("at");
    e.scrollIntoView({ block: "center" });
  }
}
function closePacket() {
  if ($("packet")) $("packet").remove();
  for (const e of document.querySelectorAll("#talk .at")) e.classList.remove("at");
  shown.at = -1;
}
function stepPacket(by) {
  const next = shown.at < 0 ? (by > 0 ? 0 : shown.packets.length - 1) : shown.at + by;
  if (shown.packets[next]) openPacket(next);
}

/* --- does the page do what it should? index.html#selftest, for ci/html-test ------------- */
function selftest() {
  let failed = 0;
  const out = [], check = (what, isRight) => { out.push(`${isRight ? "ok" : "NOT OK"} ${what}`); failed += !isRight; };
  const count = (css) => document.querySelectorAll(css).length;
  shown.isTest = true;
  show("scenarios");
  check("every scenario has a row", count(".row") === groups.length);
  check("every run has a pill", count(".row .pill") === data.scenarios.length);
  for (const s of data.scenarios) {
    state.run = s;
    shown.packets = [];
    drawDetail();
    const name = s.key;
    check(`${name}: statements`, count(".judged .id") === s.judged.length);
    check(`${name}: a diagram when something was said`, count("#talk svg") === (s.talk ? 1 : 0));
    check(`${name}: nothing undefined`, !/undefined|NaN|\[object/.test($("detail").innerHTML));
    shown.packets.forEach((e, i) => {
      openPacket(i);
      const bytes = new Set([...document.querySelectorAll(".box .hex i[data-b]")].map((b) => b.dataset.b));
      const drawn = Math.min(e[7], e[6].length / 2);
      if (drawn <= 64) check(`${name} #${i + 1}: every byte in a box`, bytes.size === drawn);
      check(`${name} #${i + 1}: in the diagram`, count(`#talk .hit.at`) === 1);
      check(`${name} #${i + 1}: nothing undefined`, !/undefined|NaN|\[object/.test($("packet").innerHTML));
      light($("packet"), notesOf(e).notes, document.querySelector(".fields tbody tr") || document.body);
      check(`${name} #${i + 1}: a row lights its bytes`, !notesOf(e).notes.length || count(".box .lit") > 0);
    });
  }
  state.words = "no such scenario";
  fillList();
  check("a filter that matches nothing", count(".row") === 0 && count(".empty") > 0);
  state.words = "";
  state.verdicts.add("fail");
  fillList();
  check("only failures", count(".row") === groups.filter((g) => g.runs.some((s) => s.name === "fail")).length);
  state.verdicts.clear();
  fillList();
  for (const view of Object.keys(views)) {
    show(view);
    check(`view ${view}`, $("main").innerText.length > 20 && !/undefined|NaN|\[object/.test($("main").innerHTML));
  }
  show("statements/MQTT-4.3.3-10");
  check("a statement opens", count(".statements tr.at") === 1);
  check("every statement has a square", count(".grid button") === data.statements.length);
  check("every statement has a row", count(".statements tr") === data.statements.length);
  document.body.append(h("pre", { id: "selftest" }, out.join("\n"), `\n${out.length - failed} passed, ${failed} failed`));
}

drawHead();
addEventListener("hashchange", follow);
addEventListener("keydown", press);
if (location.hash === "#selftest") selftest(); else follow();
