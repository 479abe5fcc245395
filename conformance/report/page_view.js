/* page_view.js - one scenario: why its verdict, what was said, each packet.
 *
 * A conversation is parsed when it is opened; its drawing comes laid out (see
 * page_talk.h).                                                               */
const SENT = 1, GOT = 2;        /* kinds of event, as in result.h */
const shown = { talk: null, packets: [], at: -1, mode: "diagram", isTest: false };

/* --- the story -------------------------------------------------------------------- */
function command(name, text) {
  return text ? h("div", { class: "command" }, h("b", {}, name), h("code", {}, text),
    h("button", { title: "copy", click: (e) => {
      const say = (how) => { e.target.textContent = how; };
      if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => say("copied"), () => say("not allowed"));
      else say("not allowed");
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
  const again = s.again ||
    `${data.again || `plumb-check run --target ${data.target} --seed ${data.seed}`} --version ${s.v} ${s.id}`;
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
/* Nothing is chosen yet: what somebody will want to see first, the worst on top. */
const BAD = ["error", "fail", "unstable", "inconclusive"];
function firstLook() {
  const bad = BAD.map((name) => [name, data.scenarios.filter((s) => s.name === name)]).filter(([, list]) => list.length);
  const row = (s) => h("tr", { class: "look", click: () => openRun(s) },
    h("td", {}, pill(s)), h("td", {}, h("div", { class: "mono" }, s.id), h("div", { class: "dim" }, s.title)),
    h("td", { class: "mono id" }, (s.judged.find((j) => data.verdicts[j[1]] === s.name) || [""])[0]));
  return bad.length ? h("div", { class: "story" }, bad.map(([name, list]) => [
    h("h3", { class: `v-${name}` }, sign(name), `${list.length} ${name}`),
    h("table", { class: "facts" }, list.map(row))]))
    : h("div", { class: "empty" }, "Nothing failed, and nothing was left open. Choose a scenario (j, k).");
}
function drawDetail() {
  const s = state.run, box = $("detail");
  box.classList.toggle("none", !s);
  closePacket();
  if (!s) {
    box.replaceChildren(firstLook());
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
/* What to click on: the rows that a packet takes, across the diagram. */
function hits(drawing, isMain, events) {
  const rowsOf = new Map();
  for (const [shape, , x, y, w, height, , packet] of drawing.items) {
    if (!packet || (shape !== 2 && shape !== 3)) continue;
    const r = rowsOf.get(packet) || [y, y, 0];
    rowsOf.set(packet, [Math.min(r[0], y), Math.max(r[1], y + (shape === 2 ? height : 0)),
      shape === 2 ? x + w / 2 : r[2]]);
  }
  const packets = events.filter((e) => e[0] === SENT || e[0] === GOT);
  return [...rowsOf].map(([packet, [top, bottom, middle]]) => {
    const e = packets[packet - 1];
    const hit = svg("rect", { class: `hit${e && e[4] ? " guilty" : ""}`, "data-p": packet - 1,
      "data-middle": middle / (drawing.w + 2), x: 2, y: top * LINE, width: (drawing.w + 1) * CELL - 4,
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
function drawPacket(event, number) {
  const [kind, ms, lane, line, , text, hex, len, shape, values, broken] = event;
  const p = notesOf(hex, len, shape, values), who = shown.talk.lanes[lane] || "?";
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
    fieldTable(p));
  markBad(box, broken || []);
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
    const box = e.closest(".ladder");
    if (!box) continue;         /* its arrow may be out of sight, sideways */
    const x = e.dataset.middle * box.scrollWidth, half = box.clientWidth / 2;
    if (Math.abs(x - box.scrollLeft - half) > half - 100) box.scrollLeft = x - half;
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
      light($("packet"), notesOf(...e.slice(6, 10)).notes, document.querySelector(".fields tbody tr") || document.body);
      check(`${name} #${i + 1}: a row lights its bytes`, !notesOf(...e.slice(6, 10)).notes.length || count(".box .lit") > 0);
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
