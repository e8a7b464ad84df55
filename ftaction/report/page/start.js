// Puts the page together.

function numbers(run) {
  const rows = [["Wall time", run.seconds], ["Saved", run.saved_seconds], ["Critical path", run.critical_path.seconds], ["Without memory, one by one", run.uncached_seconds]];
  return rows.map(([name, seconds]) => h("div", {}, h("dt", {}, name), h("dd", {}, duration(seconds))));
}

function start() {
  const run = JSON.parse(at("data").textContent);
  const word = run.interrupted ? "Interrupted" : run.verdict === "passed" ? "Passed" : "Failed";
  const good = word === "Passed";
  document.title = safe(`${word}: ${run.repository || "FirstTry"} ${run.commit.slice(0, 9)}`);
  nothing(at("verdict"));
  put(at("verdict"), h("span", { class: `badge ${good ? "good" : "bad"}`, "aria-hidden": "true" }, good ? "✓" : "✕"), run.headline.replace(/^[a-z]+/, word));
  const place = [run.repository, run.branch && `branch ${run.branch}`, run.commit && `commit ${run.commit.slice(0, 9)}`].filter(Boolean).join(" · ");
  put(at("facts"), place, run.run ? [" · ", link(run.run, "this run at its host")] : null);
  put(at("numbers"), numbers(run));
  if (run.notes.length || run.left_out) {
    const lines = [run.left_out ? `${count(run.left_out, "check")} had no room in this page: see report.json.` : "", ...run.notes, run.more_notes ? `${count(run.more_notes, "more note")}: see report.json.` : ""];
    put(at("notes"), h("ul", {}, lines.filter(Boolean).map((line) => h("li", {}, line))));
    at("notes").hidden = false;
  }
  const checks = checkTable(run);
  put(at("time"), timeline(run, checks.open));
  put(at("checks"), checks.view);
  put(at("compare"), compare(run));
  put(at("footer"), `FirstTry ${run.program}. This file needs no network and sends nothing anywhere.`);
  at("theme").addEventListener("change", (event) => {
    document.documentElement.dataset.theme = event.target.value;
  });
}

start();
