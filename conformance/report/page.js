/* page.js - the report's data, its list and filters, and where one is.
 *
 * What is looked at is in the address (#s/id@5.0/tcp/12 is packet 12 of a run,
 * #statements/ID ...), so that it can be sent to somebody. page_view.js draws
 * scenarios, trace/render/page_draw.js drawings and packets.                      */

const signs = { pass: "\u2713", lenient: "\u25d0", warn: "\u25b2",
  unexercised: "\u25cb", skip: "\u2013", skipped: "\u2013", waived: "\u2691",
  inconclusive: "?", unstable: "\u2248", fail: "\u2717", error: "!",
  "not-run": "\u00b7", "not-observable": "\u2205", uncovered: "\u00b7" };

const sign = (name) => h("span", { class: "sign", "aria-hidden": "true" }, signs[name]);

/* --- what belongs together ---------------------------------------------------- */
const statementById = new Map(data.statements.map((s) => [s.id, s]));
for (const s of data.statements) {
  s.name = data.statuses[s.status];
  s.others = s.same ? s.same.split(" ") : [];
}
for (const s of data.statements)
  for (const id of s.same ? s.same.split(" ") : [])
    if (statementById.has(id)) statementById.get(id).others.push(s.id);

const groups = [];              /* one per scenario id; its runs by version */
const groupById = new Map();
data.scenarios.forEach((s, number) => {
  s.number = number;
  s.name = data.verdicts[s.verdict];
  s.key = `${s.id}@${s.v}/${s.via}`;
  s.text = [s.id, s.title, s.v, s.via, s.name, s.why, s.got,
    ...s.judged.map((j) => j[0])].join(" ").toLowerCase();
  let g = groupById.get(s.id);
  if (!g) {
    const slash = s.id.lastIndexOf("/");
    g = { id: s.id, chapter: s.id.slice(0, slash), name: s.id.slice(slash + 1), runs: [] };
    groupById.set(s.id, g);
    groups.push(g);
  }
  g.runs.push(s);
});
const order = (a, b) => (a > b) - (a < b);
for (const g of groups)          /* with --repeat the same one comes again */
  g.runs.forEach((s, i) => {
    const round = g.runs.slice(0, i).filter((r) => r.v === s.v && r.via === s.via).length;
    if (round) s.key += `~${round + 1}`;
  });
groups.sort((a, b) => order(a.chapter, b.chapter) || order(a.name, b.name));
for (const g of groups) g.runs.sort((a, b) => order(b.v, a.v) || order(a.via, b.via));
const runByKey = new Map(data.scenarios.map((s) => [s.key, s]));
const hasTransports = new Set(data.scenarios.map((s) => s.via)).size > 1;
const where = (s) => hasTransports ? `${s.v} ${s.via}` : s.v;

const state = { view: "", verdicts: new Set(), words: "", version: "", run: null };

/* --- head --------------------------------------------------------------------- */
function drawHead() {
  const counts = data.verdicts.map((_, v) => data.scenarios.filter((s) => s.verdict === v).length);
  const seen = data.verdicts.map((name, v) => v).filter((v) => counts[v]);
  const when = new Date(data.started * 1000).toISOString().replace("T", " ").slice(0, 16);
  $("head").replaceChildren(
    h("div", { class: "kicker" }, "MQTT conformance"),
    h("div", { class: "headline" },
      h("h1", {}, data.name || data.target),
      data.name ? h("code", {}, data.target) : null,
      h("span", { class: "dim" }, `${when} UTC \u00b7 ${data.seconds} s \u00b7 seed ${data.seed}`),
      h("span", { class: "grow" }),
      h("button", { click: turnTheme, title: "light or dark (t)" }, "\u25d1 theme")),
    h("div", { class: "bar", "aria-hidden": "true" },
      seen.map((v) => h("i", { class: `v-${data.verdicts[v]}`, style: `flex:${counts[v]}` }))),
    h("div", { class: "chips", role: "group", "aria-label": "Show only these verdicts" },
      seen.reverse().map((v) => chip(data.verdicts[v], counts[v]))));
}
function chip(name, count) {
  return h("button", { class: `chip v-${name}`, "aria-pressed": state.verdicts.has(name),
    title: `show only ${name}`, click: () => turnVerdict(name) },
    sign(name), h("b", {}, String(count)), name);
}
function turnVerdict(name) {
  if (!state.verdicts.delete(name)) state.verdicts.add(name);
  drawHead();
  if (state.view !== "scenarios") go("scenarios"); else fillList();
}

const views = {
  scenarios: ["Scenarios", () => groups.length, drawScenarios],
  statements: ["Statements", () => data.statements.length, drawStatements],
  choices: ["Choices", () => choices().length, drawChoices],
  target: ["Target", () => "", drawTarget],
};
function drawTabs() {
  $("tabs").replaceChildren(...Object.entries(views).map(([key, [name, count]]) =>
    h("button", { role: "tab", "aria-selected": state.view === key, click: () => go(key) },
      name, h("b", {}, String(count())))));
}

/* --- list of scenarios --------------------------------------------------------- */
const rows = new Map();         /* group id -> its row and pills */

function pill(s, current) {
  return h("button", { class: `pill v-${s.name}`, title: `${s.name}${s.why ? ": " + s.why : ""}`,
    "aria-current": current === s, "aria-label": `${s.id} ${where(s)}: ${s.name}`,
    click: (e) => { e.stopPropagation(); openRun(s); } }, sign(s.name), where(s));
}
function drawScenarios() {
  const search = h("input", { type: "search", id: "words", value: state.words,
    placeholder: "words, MQTT-4.3.3-10, fail ...   ( / )", "aria-label": "Filter",
    input: () => { state.words = search.value; fillList(); } });
  const versions = [...new Set(data.scenarios.map((s) => s.v))];
  const version = h("select", { "aria-label": "Version",
    change: () => { state.version = version.value; fillList(); } },
    h("option", { value: "" }, "all versions"),
    versions.map((v) => h("option", { value: v, selected: v === state.version }, v)));
  $("main").replaceChildren(
    h("section", { class: "side", "aria-label": "Scenarios" },
      h("div", { class: "tools" }, search, version, h("span", { class: "dim", id: "shown" })),
      h("div", { class: "list", id: "list" })),
    h("section", { class: "detail none", id: "detail", "aria-label": "Scenario" }));
  fillList();
  drawDetail();
}
function shows(s) {
  const words = state.words.toLowerCase().split(/\s+/).filter(Boolean);
  return (!state.verdicts.size || state.verdicts.has(s.name)) &&
    (!state.version || s.v === state.version) && words.every((w) => s.text.includes(w));
}
function drawRow(g) {
  const pills = g.runs.map((s) => pill(s, state.run));
  const row = h("div", { class: "row", click: () => openRun(g.runs.find(shows) || g.runs[0]) },
    h("span", { class: "name" }, g.name), h("span", { class: "pills" }, pills),
    h("span", { class: "title" }, g.runs[0].title || ""));
  rows.set(g.id, { row, pills });
  return row;
}
function drawChapter(name, members) {
  const runs = members.flatMap((g) => g.runs.filter(shows));
  const counts = data.verdicts.map((v) => [v, runs.filter((s) => s.name === v).length]);
  return h("div", { class: "chapter" }, h("b", {}, name), h("span", { class: "grow" }),
    counts.filter(([, n]) => n).map(([v, n]) =>
      h("span", { class: `v-${v}`, title: v }, sign(v), ` ${n}`)));
}
function fillList() {
  const list = $("list"), found = groups.filter((g) => g.runs.some(shows));
  const parts = [];
  rows.clear();
  for (let i = 0; i < found.length;) {
    const chapter = found[i].chapter;
    const members = [];
    while (i < found.length && found[i].chapter === chapter) members.push(found[i++]);
    parts.push(drawChapter(chapter, members), ...members.map(drawRow));
  }
  if (!parts.length) parts.push(h("div", { class: "empty" }, "Nothing matches the filter."));
  list.replaceChildren(...parts);
  for (const g of found)
    g.runs.forEach((s, i) => rows.get(g.id).pills[i].classList.toggle("out", !shows(s)));
  $("shown").textContent = found.length === groups.length ? "" : `${found.length} of ${groups.length}`;
  markRow();
}
function markRow() {
  for (const [id, { row, pills }] of rows) {
    const g = groupById.get(id), isAt = !!state.run && state.run.id === id;
    row.classList.toggle("at", isAt);
    pills.forEach((p, i) => p.setAttribute("aria-current", String(g.runs[i] === state.run)));
    if (isAt) row.scrollIntoView({ block: "nearest" });
  }
}
/* The next or previous scenario that the filter shows. */
function step(by) {
  const shown = groups.filter((g) => g.runs.some(shows));
  const at = shown.findIndex((g) => state.run && g.id === state.run.id);
  const g = shown[Math.min(Math.max(at < 0 ? 0 : at + by, 0), shown.length - 1)];
  if (g) openRun(g.runs.find(shows));
}
/* The same scenario in the next version or transport. */
function stepRun(by) {
  if (!state.run) return;
  const runs = groupById.get(state.run.id).runs;
  openRun(runs[(runs.indexOf(state.run) + by + runs.length) % runs.length]);
}
const openRun = (s) => go(`s/${s.key}`);

/* --- statements ---------------------------------------------------------------- */
const statementView = { words: "", status: "", version: "" };

function showsStatement(s) {
  const v = statementView;
  return (!v.status || s.name === v.status) && (!v.version || s.v === v.version) &&
    v.words.toLowerCase().split(/\s+/).every((w) =>
      `${s.id} ${s.says} ${s.level} ${s.binds} ${s.needs || ""}`.toLowerCase().includes(w));
}
function drawStatements() {
  const used = data.statuses.filter((n) => data.statements.some((s) => s.name === n));
  const search = h("input", { type: "search", id: "words", value: statementView.words,
    placeholder: "words, 4.3.3, MUST NOT ...   ( / )", "aria-label": "Filter",
    input: () => { statementView.words = search.value; fillStatements(); } });
  const select = (name, first, options) => {
    const e = h("select", { "aria-label": name,
      change: () => { statementView[name] = e.value; fillStatements(); } },
      h("option", { value: "" }, first),
      options.map((o) => h("option", { value: o, selected: o === statementView[name] }, o)));
    return e;
  };
  $("main").replaceChildren(h("section", { class: "page", "aria-label": "Statements" },
    h("div", { class: "grids", id: "grids" }),
    h("div", { class: "tools" }, search, select("status", "every status", used),
      select("version", "both versions", ["5.0", "3.1.1"]),
      h("span", { class: "dim", id: "shown" })),
    h("table", { class: "statements" }, h("tbody", { id: "st-rows" }))));
  fillStatements();
}
function drawGrid(version) {
  const list = data.statements.filter((s) => s.v === version);
  const passed = list.filter((s) => s.name === "pass").length;
  return h("div", {}, h("h3", {}, `MQTT ${version}: ${passed} of ${list.length} pass`),
    h("div", { class: "grid" }, list.map((s) =>
      h("button", { class: `v-${s.name}${showsStatement(s) ? "" : " out"}`,
        title: `${s.id} ${s.name}: ${s.says}`, "aria-label": `${s.id} ${s.name}`,
        click: () => go(`statements/${s.id}`) }, signs[s.name]))));
}
function judges(s) {
  const seen = new Set(), out = [];
  for (const [id] of [...s.by, [`lint/${s.id}`]]) {
    if (id.startsWith("lint/") && !groupById.has(id)) continue;
    if (seen.has(id)) continue;
    seen.add(id);
    const g = groupById.get(id);
    const runs = g ? g.runs.filter((r) => r.v === s.v) : [];
    out.push(h("div", {}, h("span", { class: "mono" }, id + " "), runs.map((r) => pill(r))));
  }
  return out;
}
function drawStatement(s, isAt) {
  return h("tr", { class: `v-${s.name}${isAt ? " at" : ""}`, id: `st-${s.id}` },
    h("td", { class: "status" }, sign(s.name), " ", s.name),
    h("td", { class: "id", click: () => go(`statements/${s.id}`) }, s.id,
      h("div", { class: "dim" }, `${s.level}, ${s.binds}`)),
    h("td", {}, s.says, h("div", { class: "more" },
      s.why ? ["Not judged: ", s.why] : judges(s)),
    isAt ? h("div", { class: "more" }, h("p", {}, `Section ${s.s} of MQTT ${s.v}. Seen ${s.seen}.`,
      s.needs ? ` Needs ${s.needs}.` : ""), h("p", {}, s.how),
      s.others.length ? h("p", {}, "Same rule in the other version: ",
        s.others.map((id) => [h("a", { href: `#statements/${id}` }, id), " "])) : null) : null));
}
function fillStatements(at) {
  const list = data.statements.filter(showsStatement);
  $("grids").replaceChildren(drawGrid("5.0"), drawGrid("3.1.1"));
  $("st-rows").replaceChildren(...list.map((s) => drawStatement(s, s.id === at)));
  $("shown").textContent = plural(list.length, "statement");
  const row = at && $(`st-${at}`);
  if (row) row.scrollIntoView({ block: "center" });
}

/* --- choices and target --------------------------------------------------------- */
function choices() {
  const byLabel = new Map();
  for (const s of data.scenarios)
    for (const [label] of s.chose || []) {
      if (!byLabel.has(label)) byLabel.set(label, []);
      if (!byLabel.get(label).includes(s)) byLabel.get(label).push(s);
    }
  return [...byLabel];
}
function drawChoices() {
  const list = choices();
  $("main").replaceChildren(h("section", { class: "page" },
    h("p", { class: "dim" }, "Where the standard leaves a choice nobody fails for making one. " +
      "This is what the target chose."),
    list.length ? h("table", { class: "facts" }, h("tr", {}, h("th", {}, "choice"), h("th", {}, "seen in")),
      list.map(([label, runs]) => h("tr", {}, h("td", {}, label),
        h("td", {}, [...new Set(runs.map((s) => s.id))].map((id) => h("div", {},
          h("span", { class: "mono" }, id + " "), runs.filter((s) => s.id === id).map((s) => [pill(s), " "])))))))
      : h("p", { class: "empty" }, "No choice was observed.")));
}
/* "qos1 (5.0)" is qos1 in the column of 5.0, and so is "MQTT 5.0"; a name without
   a version has a column of its own. To lack the lack of something is no news. */
function drawCapabilities() {
  const versions = [], names = new Map();
  for (const [full, value, source] of data.can) {
    const spoken = full.match(/^MQTT (\S+)$/);
    const [, name, v] = spoken ? [full, "spoken", spoken[1]] : full.match(/^(.*?)(?: \(([^)]*)\))?$/);
    if (!versions.includes(v || "")) versions.push(v || "");
    if (!names.has(name)) names.set(name, {});
    names.get(name)[v || ""] = [value, source];
  }
  const cell = (c) => h("td", { class: c && c[0] !== "no" ? "" : "dim", title: c ? c[1] : undefined },
    c ? [c[0], h("span", { class: "dim" }, c[0] === "no" ? "" : ` ${c[1]}`)] : "");
  return h("table", { class: "facts" }, h("tr", {}, h("th", {}, "capability"),
    versions.map((v) => h("th", {}, v || "value"))),
  [...names].filter(([name, by]) => !name.startsWith("no_") || Object.values(by).some((c) => c[0] !== "no"))
    .map(([name, by]) => h("tr", {}, h("td", { class: "mono" }, name), versions.map((v) => cell(by[v])))));
}
function drawTarget() {
  const fact = (name, value) => value === undefined ? null :
    h("tr", {}, h("th", {}, name), h("td", { class: "mono" }, String(value)));
  $("main").replaceChildren(h("section", { class: "page" },
    h("h2", {}, "What the target says it can do"),
    data.can.length ? drawCapabilities()
      : h("p", { class: "empty" }, "Nothing was probed."),
    h("h2", {}, "The run"),
    h("table", { class: "facts" }, fact("target", data.target), fact("seed", data.seed),
      fact("run tag", data.tag), fact("suite", data.version), fact("level", data.level),
      fact("scenario files", data.files), fact("their SHA-256", data.sha256)),
    h("h2", {}, "Keys"),
    h("p", {}, [["/", "filter"], ["j k", "next and previous scenario"], ["h l", "version"],
      ["[ ]", "packet"], ["Enter", "open the first packet"], ["Esc", "close"],
      ["1 2 3 4", "views"], ["t", "theme"]].map(([key, what]) => [h("kbd", {}, key), ` ${what}   `]))));
}

/* --- where one is ---------------------------------------------------------------- */
function go(hash) { if (location.hash !== "#" + hash) location.hash = hash; else follow(); }
function follow() { show(decodeURIComponent(location.hash.slice(1))); }
function show(hash) {
  const [view, rest] = [hash.split("/")[0], hash.split("/").slice(1).join("/")];
  const wanted = view === "s" ? "scenarios" : views[view] ? view : "scenarios";
  const [, key, packet] = rest.match(/^(.*@[^/]*\/[^/]*)(?:\/(\d+))?$/) || [];
  if (view === "s") state.run = runByKey.get(key) || null;
  if (state.view === wanted && wanted === "scenarios") {
    markRow();
    drawDetail();
  } else {
    state.view = wanted;
    drawTabs();
    views[wanted][2]();
  }
  if (packet) openPacket(packet - 1);
  if (wanted === "statements" && rest) fillStatements(rest);
}
function press(e) {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const isTyping = /^(INPUT|SELECT)$/.test(e.target.tagName);
  if (e.key === "Escape") { e.target.blur(); closePacket(); return; }
  if (isTyping) return;
  const does = { j: () => step(1), k: () => step(-1), l: () => stepRun(1), h: () => stepRun(-1),
    "]": () => stepPacket(1), "[": () => stepPacket(-1), t: turnTheme,
    "/": () => $("words") && $("words").focus(), 1: () => go("scenarios"), 2: () => go("statements"),
    3: () => go("choices"), 4: () => go("target"),
    Enter: () => e.target === document.body && (state.run ? stepPacket(1) : step(1)) }[e.key];
  if (!does) return;
  if (e.key !== "Enter" || e.target === document.body) e.preventDefault();
  does();
}
