// All that is known of one check: where it did not pass, what went wrong comes first.

const TOLD = 3;  // differences that its reason names already

function checkPanel(check) {
  const known = [facts(check), check.differences && check.differences.length > TOLD ? list("What differs from the nearest earlier record", check.differences, check.more_differences) : null,
    list("Files that it changed", check.changed, check.more_changed)];
  const said = [findings(check), log(check)];
  return h("div", { class: "panel" }, check.green ? [known, said] : [said, known], slowest(check), past(check), manifest(check));
}

function facts(check) {
  const rows = [
    ["Why", check.why],
    ["Result", check.failed_tries && check.green ? `${check.result}; ${count(check.failed_tries, "try").replace("trys", "tries")} before failed` : check.result],
    ["Proved", check.proved ? link(check.run, check.proved) : null],
    ["Tests", check.rests_on],
    ["Flaky", check.flaky],
    ["Step", check.step],
    ["Began", check.lane >= 0 ? `at ${duration(check.started)}${waited(check)}` : null],
    ["Remembered", check.source === "ran" ? (check.stored ? "yes" : "no") : null],
    ["Fingerprint", check.fingerprint ? h("code", {}, check.fingerprint) : null],
    ["Whole log", check.log_path ? h("code", {}, check.log_path) : null],
  ];
  return h("dl", { class: "facts" }, rows.filter(([, value]) => value).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

const waited = (check) => (check.ready > 0 && check.started - check.ready > 0.05 ? `, after ${duration(check.started - check.ready)} of waiting for a slot` : "");

function list(title, lines, more) {
  if (!lines || !lines.length) return null;
  return h("div", { class: "part" }, h("h4", {}, title), h("ul", { class: "plain" }, lines.map((line) => h("li", {}, line)), more ? h("li", {}, `and ${more.toLocaleString("en")} more`) : null));
}

const SHOWN = 100;  // findings that are shown at first

function findings(check) {
  const found = check.findings;
  if (!found || !found.count) return null;
  return opened(`Findings (${(found.count + found.more).toLocaleString("en")})`, found.count + found.more <= SHOWN, () => {
    const rows = block(found.block);
    const items = h("ol", { class: "findings" }, rows.slice(0, SHOWN).map(finding));
    const rest = rows.length > SHOWN ? button(`Show all ${rows.length.toLocaleString("en")}`, "Show all findings", (event) => {
      put(items, rows.slice(SHOWN).map(finding));
      event.target.remove();
    }) : null;
    return [items, rest, found.more ? h("p", { class: "quiet" }, `${count(found.more, "more finding")}: see the log.`) : null];
  });
}

function finding([level, place, rule, message, detail]) {
  return h("li", {}, h("div", {}, h("span", { class: `level ${level === "error" ? "bad" : level === "warning" ? "warn" : "quiet"}` }, level), " ", place ? h("code", {}, place) : null, " ",
    message, " ", rule ? h("span", { class: "quiet" }, rule) : null), detail ? h("pre", { class: "detail" }, plain(detail)) : null);
}

function log(check) {
  if (!check.log) return check.source === "ran" || check.source === "replayed" ? h("p", { class: "quiet" }, "No log is at hand.") : null;
  if (check.log.block < 0) return h("p", { class: "quiet" }, "Its log had no room in this page.");
  return opened("Log", !check.green, () => textView(`the log of ${check.check}`, block(check.log.block), !check.green));
}

function manifest(check) {
  if (!check.head && !check.inputs) return null;
  const parts = [check.head, check.inputs].filter(Boolean);
  const text = () => parts.map((part) => (part.block < 0 ? "… had no room in this page …\n" : block(part.block))).join("");
  return opened("Manifest: everything its outcome depends on", false, () => textView(`the manifest of ${check.check}`, text()));
}

function slowest(check) {
  if (!check.slowest.length) return null;
  return opened("Slowest tests", false, () => table("Slowest tests", ["Test", "Time#"], check.slowest.map(([name, seconds]) => [name, duration(seconds)])));
}

function past(check) {
  const now = check.source === "ran" && check.lane >= 0 ? [[check.green, check.seconds, 0, true]] : [];
  if (!check.history.length) return null;
  return opened(`History (${count(check.history.length, "earlier run")})`, true, () => {
    const runs = [...check.history, ...now];
    const rows = runs.map(([passed, seconds, ended, here], index) => [now.length && index === runs.length - 1 ? "this run" : when(ended), verdict(passed, passed ? "passed" : "did not pass"), duration(seconds), here ? "this branch" : "elsewhere"]);
    return [chart(check, runs), h("details", {}, h("summary", {}, "As a table"), table(`Earlier runs of ${check.check}`, ["When", "Result", "Time#", "Where"], rows.reverse()))];
  });
}

function chart(check, runs) {
  const [height, wide, gap] = [64, 14, 4];
  const most = Math.max(...runs.map(([, seconds]) => seconds), check.expected || 0, 0.001);
  const width = Math.max(runs.length * (wide + gap), 60);
  const bars = runs.map(([passed, seconds, ended], index) => {
    const tall = Math.max(2, (seconds / most) * (height - 14));
    const x = index * (wide + gap);
    return svg("g", {}, svg("title", {}, `${ended ? when(ended) : "this run"}: ${passed ? "passed" : "did not pass"} in ${duration(seconds)}`),
      svg("rect", { x, y: height - tall, width: wide, height: tall, rx: 2, class: passed ? "passed" : "failed" }),
      passed ? null : svg("text", { x: x + wide / 2, y: height - tall - 3, class: "cross" }, "✕"));
  });
  const y = height - ((check.expected || 0) / most) * (height - 14);
  const expected = check.expected ? svg("line", { x1: 0, x2: width, y1: y, y2: y, class: "expected" }) : null;
  const label = `Times of ${count(runs.length, "run")}, the newest at the right, up to ${duration(most)}${check.expected ? `; expected ${duration(check.expected)}` : ""}`;
  return h("figure", {}, svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": safe(label) }, bars, expected), h("figcaption", { class: "quiet" }, label));
}
