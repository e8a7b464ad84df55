// The table of checks: filtered, sorted, and opened row by row.

const ROWS = 500;  // that are shown at first
const ORDER = { Check: (check) => check.check, Result: (check) => `${check.green} ${check.result}`, Source: (check) => check.source, Time: (check) => -(check.seconds || check.saved || 0), Expected: (check) => -(check.expected || 0) };
const KINDS = { all: () => true, "did not pass": (check) => !check.green, ran: (check) => check.source === "ran", "did not run": (check) => check.source !== "ran" };

const compared = (one, other) => (typeof one === "number" ? one - other : one.localeCompare(other, "en", { numeric: true }));

function checkTable(run) {
  const path = new Set(run.critical_path.checks);
  const made = new Map();
  const body = h("tbody");
  const told = h("output", { class: "quiet" });
  const more = h("p");
  let [order, turned, shown] = ["", 1, ROWS];

  function row(check) {
    if (!made.has(check)) made.set(check, rowOf(check, path.has(check.check)));
    return made.get(check);
  }

  function draw() {
    const wanted = filter.value.toLowerCase();
    const found = run.checks.filter((check) => KINDS[kind.value](check) && (check.check.toLowerCase().includes(wanted) || check.why.toLowerCase().includes(wanted)));
    if (order) found.sort((one, other) => turned * compared(ORDER[order](one), ORDER[order](other)));
    else found.sort((one, other) => one.green - other.green);
    body.replaceChildren(...found.slice(0, shown).flatMap((check) => row(check).rows()));
    told.textContent = found.length === run.checks.length ? count(found.length, "check") : `${found.length} of ${count(run.checks.length, "check")}`;
    nothing(more);
    if (found.length > shown) put(more, button(`Show all ${found.length.toLocaleString("en")}`, "Show all checks", () => { shown = Infinity; draw(); }));
  }

  function sorted(title) {
    [order, turned] = order !== title ? [title, 1] : turned > 0 ? [title, -1] : ["", 1];
    for (const head of heads) head.setAttribute("aria-sort", head.dataset.title === order ? (turned > 0 ? "ascending" : "descending") : "none");
    draw();
  }

  const heads = Object.keys(ORDER).map((title) => h("th", { scope: "col", "aria-sort": "none", "data-title": title, class: title.toLowerCase() },
    h("button", { type: "button", class: "head", onclick: () => sorted(title) }, title)));
  const filter = h("input", { type: "search", placeholder: "Filter by name or reason", "aria-label": "Filter checks by name or reason", spellcheck: "false", oninput: draw });
  const kind = h("select", { "aria-label": "Which checks", onchange: draw }, Object.keys(KINDS).map((name) => h("option", { value: name }, name)));
  draw();
  function open(check) {
    if (!row(check).rows()[0].isConnected) [filter.value, kind.value, shown] = ["", "all", Infinity];
    draw();
    row(check).open(true);
  }
  const view = [h("div", { class: "tools" }, filter, kind, told), h("table", { class: "checks" }, h("caption", { class: "unseen" }, "Every check of this run; its name opens what is known of it"), h("thead", {}, h("tr", {}, heads)), body), more];
  return { view, open };
}

let panels = 0;

function rowOf(check, critical) {
  const id = `panel-${panels++}`;
  const name = h("button", { type: "button", class: "name", "aria-expanded": "false", "aria-controls": id, onclick: () => open(panel.hidden) }, check.check);
  const tags = [critical ? h("span", { class: "tag" }, "critical path") : null, check.flaky ? h("span", { class: "tag" }, "flaky suspect") : null];
  const time = check.lane >= 0 ? duration(check.seconds) : check.saved ? h("span", { class: "quiet" }, `(${duration(check.saved)})`) : "";
  const line = h("tr", {}, h("th", { scope: "row" }, h("div", { class: "title" }, name, tags), h("div", { class: "quiet why" }, check.why)), h("td", { class: "result" }, verdict(check.green, check.result, check.ending)),
    h("td", { class: "source" }, h("span", { class: `label ${check.source.replace(" ", "-")}` }, check.source)), h("td", { class: "time" }, time), h("td", { class: "expected" }, check.expected ? duration(check.expected) : ""));
  const cell = h("td", { colspan: 5 });
  const panel = h("tr", { id, class: "opened", hidden: true }, cell);
  function open(wanted) {
    if (wanted && !cell.childElementCount) put(cell, checkPanel(check));
    panel.hidden = !wanted;
    name.setAttribute("aria-expanded", String(wanted));
  }
  return {
    rows: () => [line, panel],
    open: (wanted) => {
      open(wanted);
      name.focus();
      line.scrollIntoView({ block: "start" });
    },
  };
}
