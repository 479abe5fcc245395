/* capture_page_packet.js - beside the diagram: the overview, or one packet.
 *
 * The overview comes first: what is missing in the capture, each connection in
 * a line and why it ended, what broke the standard. A packet is shown with its
 * findings, its exchange, its bytes as boxes, as hex and as a table; what the
 * mouse is on lights up in all three.                                          */
const to = (number, text) => h("a", { href: `#p${number}` }, text || `#${number}`);

/* --- overview ----------------------------------------------------------------------------- */
function isOdd(why) { return why && !/^(the client said DISCONNECT$|still open when)/.test(why); }
function drawConnection([number, first, last, isMqtt, summary, why]) {
  return h("tr", { class: isMqtt ? "" : "dim" }, h("td", {}, first ? to(first, String(number)) : String(number)),
    h("td", {}, h("div", {}, summary.replace(/^connection \d+ +/, "")),
      why ? h("div", { class: `why${isOdd(why) ? " odd" : ""}` }, h("b", {}, "ended: "), linked(why)) : null));
}
/* "packet 17" becomes a link. */
function linked(text) {
  return text.split(/(packet \d+)/).map((part) => {
    const number = /^packet (\d+)$/.exec(part);
    return number && placeOf.has(+number[1]) ? to(number[1], part) : part;
  });
}
function drawFinding(f) {
  const [packet, level, side, ids, section, text, expected, , , earlier, isLikely, connection, isViolation] = f;
  return h("div", { class: `finding ${isViolation ? "bad" : "soft"}` },
    h("div", {}, h("b", {}, `${isViolation ? "\u2717" : "\u25b3"} ${level}`), ` ${ids || `section ${section}`} by the ${side}`,
      packet && placeOf.has(packet) ? [", packet ", to(packet)] : `, connection ${connection}`,
      earlier && earlier !== packet ? [", see ", to(earlier)] : null),
    h("div", { class: "what" }, text),
    expected ? h("div", { class: "dim" }, `expected: ${expected}`) : null,
    ids.split(" ").filter((id) => data.statements[id]).map((id) =>
      h("div", { class: "says" }, h("b", {}, `${id} `), data.statements[id])),
    isLikely ? h("div", { class: "dim" }, "likely: holds if the capture has everything that was published") : null);
}
let isStateOpen = true;         /* as it was left */
const MANY = 100;               /* lines of a list that are drawn */
function few(list, draw) {
  return [list.slice(0, MANY).map(draw), list.length > MANY ? h("p", { class: "dim" }, `and ${list.length - MANY} more`) : null];
}
/* Where not all can be drawn, those that ended oddly come first. */
function worstFirst(list) {
  return list.length > MANY ? [...list.filter((c) => isOdd(c[5])), ...list.filter((c) => !isOdd(c[5]))] : list;
}
function drawOverview() {
  const others = data.connections.filter((c) => !c[3]);
  return h("div", { class: "overview" },
    data.missing.length || others.length || data.dropped ? h("div", { class: "missing" }, h("h3", {}, "What is missing"), h("ul", {},
      data.dropped ? h("li", {}, `${plural(data.dropped, "packet")} more than this page holds`) : null,
      few(data.missing, ([number, client, text]) => h("li", {}, `connection ${number}, ${client}: ${text}`)),
      few(others, (c) => h("li", {}, c[4])))) : h("p", { class: "dim" }, "Nothing is missing in this capture."),
    data.ends.length ? [h("h3", {}, "How they ended"), h("table", { class: "ends" },
      data.ends.map(([count, cause, names]) => h("tr", {}, h("td", {}, String(count)), h("td", {}, cause), h("td", { class: "dim" }, names))))] : null,
    h("h3", {}, "Connections"), h("table", { class: "connections" }, few(worstFirst(data.connections.filter((c) => c[3])), drawConnection)),
    h("h3", {}, "Findings"), data.findings.length ? few(data.findings, drawFinding)
      : h("p", { class: "dim" }, "Nothing breaks the standard, as far as this capture shows."));
}

/* --- one packet ------------------------------------------------------------------------------ */
const seconds = (us) => (us / 1e6).toFixed(6);
function duration(us) {
  return us < 1000 ? `${us} \u00b5s` : us < 1e6 ? `${(us / 1000).toFixed(1)} ms` : `${(us / 1e6).toFixed(2)} s`;
}
const detailOf = (i) => (piece(`p${Math.floor(i / data.piece)}`) || [])[i % data.piece];

let byExchange = null;          /* number of the first packet -> places */
function exchangeOf(i) {
  if (!byExchange) {
    byExchange = new Map();
    data.exchange.forEach((n, k) => {
      if (n && byExchange.has(n)) byExchange.get(n).push(k);
      else if (n) byExchange.set(n, [k]);
    });
  }
  return byExchange.get(data.exchange[i]) || [];
}
function stepExchange() {
  const list = state.at >= 0 ? exchangeOf(state.at) : [];
  if (list.length > 1) openPacket(list[(list.indexOf(state.at) + 1) % list.length]);
}
function drawExchange(i) {
  const list = exchangeOf(i);
  if (list.length < 2 && !detailOf(i)[4]) return null;
  return h("table", { class: "exchange" }, list.map((k) => {
    const [, us, , latency, states] = detailOf(k);
    return h("tr", { class: k === i ? "at" : "" }, h("td", {}, to(data.number[k])),
      h("td", { class: "mono" }, data.from[k] ? "\u2190" : "\u2192"),
      h("td", { class: "mono" }, lineOf(k).split(" ")[0] + (/ dup=1/.test(lineOf(k)) ? " dup" : "")),
      h("td", { class: "dim" }, latency ? `+${duration(latency)}` : seconds(us)), h("td", { class: "mono" }, states));
  }));
}
/* What both ends knew after packet i, as plumb-trace --at tells it. */
function stateOf(i) {
  const at = (k) => (piece(`s${Math.floor(k / data.piece)}`) || [])[k % data.piece];
  const s = at(i);
  return typeof s === "number" ? (typeof at(s) === "object" ? at(s) : null) : s;
}
function drawState(i) {
  const s = stateOf(i), row = (name, list) => list.length ? h("tr", {}, h("th", {}, name), h("td", {}, list.map((x) => h("div", {}, x)))) : null;
  if (!s) return h("p", { class: "dim" }, `plumb-trace --at ${data.number[i]} tells the state after this packet`);
  const kept = s.session_expiry === 4294967295 ? "kept for good" : s.session_expiry ? `kept ${s.session_expiry} s` : "ends with the connection";
  const quota = s.quota_client >= 0 ? [`client ${s.quota_client}, broker ${s.quota_server} more messages at once`] : [];
  return h("details", { class: "state", open: isStateOpen, toggle: (e) => { isStateOpen = e.target.open; } },
    h("summary", {}, "State after this packet"), h("table", {},
      row("connection", [`${s.connection}, ${s.is_connected ? "connected" : "not connected"}${s.is_partial ? "; what was before the capture is not known" : ""}`]),
      s.is_partial ? null : row("session", [`${s.clean_start ? "asked for anew" : "asked to continue"}, ${s.session_present ? "was there" : "new"}, ${kept}`]),
      row("will", s.will ? [`${s.will.topic} QoS ${s.will.qos}, ${plural(s.will.length, "byte")}`] : []), row("quota", quota),
      row("subscriptions", s.subscriptions.map((x) => [`${x.filter} QoS ${x.qos}`, x.code === undefined ? ", not yet answered"
        : x.code >= 128 ? `, refused 0x${x.code.toString(16)}` : "", x.identifier ? `, identifier ${x.identifier}` : "", ", since ", to(x.since)])),
      row("in flight", s.in_flight.map((x) => [`${x.from}\u2019s ${x.packet_id}, QoS ${x.qos} ${x.topic}: awaits ${x.awaits}, since `, to(x.since)])),
      row("aliases", s.aliases.map((x) => `${x.from}\u2019s ${x.alias} = ${x.topic}`))));
}

function drawHex({ hex, len }) {
  const rows = [], have = hex.length / 2;
  for (let at = 0; at < have; at += 16) {
    const codes = [], letters = [];
    for (let i = at; i < Math.min(at + 16, have); i++) {
      const code = parseInt(byteAt(hex, i), 16);
      codes.push(h("i", { "data-b": i }, byteAt(hex, i)));
      letters.push(h("i", { "data-b": i }, code > 32 && code < 127 ? String.fromCharCode(code) : "\u00b7"));
    }
    rows.push(h("div", {}, h("span", { class: "dim" }, at.toString(16).padStart(4, "0")),
      h("span", { class: "codes" }, codes), h("span", { class: "letters" }, letters)));
  }
  if (have < len) rows.push(h("div", { class: "dim" }, `${len - have} more bytes are not in this page`));
  return h("div", { class: "dump" }, rows);
}
function drawPacket(i) {
  const [frame, us, answers, latency, , marks, hex, len, shape, values] = detailOf(i);
  const p = notesOf(hex, len, shape, values), name = data.lanes[data.lane[i]], found = findingsOf.get(i) || [];
  const box = h("div", { class: "packet", id: "packet", mouseover: (e) => light(box, p.notes, e.target) },
    h("div", { class: "top" }, h("b", {}, `#${data.number[i]}`),
      h("span", {}, data.from[i] ? `broker \u2192 ${name}` : `${name} \u2192 broker`), h("span", { class: "grow" }),
      h("button", { title: "previous packet (k)", click: () => step(-1) }, "\u2039"),
      h("button", { title: "next packet (j)", click: () => step(1) }, "\u203a"),
      h("button", { title: "close (Esc)", click: () => openPacket(-1) }, "\u00d7")),
    h("div", { class: "dim" }, `${seconds(us)} s \u00b7 frame ${frame} \u00b7 ${plural(len, "byte")}`,
      answers ? [" \u00b7 answers ", to(answers), ` after ${duration(latency)}`] : null),
    h("div", { class: "mono line" }, lineOf(i)),
    marks ? h("div", { class: "mark" }, `\u26a0 ${marks}`) : null,
    found.map(drawFinding), drawExchange(i), strip(p), drawHex(p), drawState(i), fieldTable(p));
  markBad(box, found.filter((f) => f[8]).map((f) => [f[3], f[7], f[8], f[5]]));
  return box;
}
/* Shows packet i; -1: the overview. */
function openPacket(i, isFollowed) {
  for (const e of document.querySelectorAll("#sheet .hit.at")) e.classList.remove("at");
  state.at = i >= 0 && i < count ? i : -1;
  document.body.classList.toggle("open", state.at >= 0);
  $("side").replaceChildren(state.at >= 0 ? drawPacket(state.at) : drawOverview());
  $("side").scrollTop = 0;
  if (state.at >= 0) {
    if (!isShown(state.at)) clearFilter();
    $("slider").value = state.at;
    reveal(state.at);
    for (const e of document.querySelectorAll(`#sheet .hit[data-i="${state.at}"]`)) e.classList.add("at");
  }
  if (!isFollowed)
    try { history.replaceState(null, "", state.at >= 0 ? `#p${data.number[state.at]}` : "#"); } catch (e) { /* then not */ }
}
/* The address says which packet is looked at: #p45. */
function follow() {
  const number = /^#p(\d+)$/.exec(location.hash);
  openPacket(number ? placeOf.get(+number[1]) ?? -1 : -1, true);
}

drawHead();
drawHeads();
filter();
fit();
openPacket(-1, true);
$("ladder").addEventListener("scroll", onScroll, { passive: true });
$("sheet").addEventListener("click", (e) => {
  const hit = e.target.closest(".hit");
  if (hit) openPacket(+hit.dataset.i);
});
addEventListener("resize", () => fit());
addEventListener("hashchange", follow);
addEventListener("keydown", press);
addEventListener("beforeprint", () => drawSeen(true));
addEventListener("afterprint", () => drawSeen());
/* The script runs before the browser has read all pieces. */
addEventListener("DOMContentLoaded", () => {
  drawn.clear();
  redraw();
  follow();
  prepareTexts();
});
