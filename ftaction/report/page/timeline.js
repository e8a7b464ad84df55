// Checks over time, a row for each worker slot. Zooming makes the row wider; moving is scrolling, so that fingers and arrow keys do it too.

const MOST_ZOOM = 400;

function step(span) {
  const power = 10 ** Math.floor(Math.log10(span));
  return [1, 2, 5, 10].map((one) => one * power).find((one) => one >= span) || span;
}

function bar(check, whole, critical, open) {
  const seconds = duration(check.seconds);
  const waited = check.ready > 0 && check.started - check.ready > 0.05 ? `, after ${duration(check.started - check.ready)} of waiting for a slot` : "";
  const label = `${check.check}: ${check.result} in ${seconds}, begun at ${duration(check.started)}${waited}${critical ? ", on the critical path" : ""}`;
  const made = h("button", { type: "button", class: `run ${check.green ? "passed" : "failed"}${critical ? " critical" : ""}`, "aria-label": label, title: label, tabindex: "-1", onclick: open },
    h("span", {}, check.check, critical ? h("span", { class: "tag" }, " critical") : "", check.green ? "" : " ✕"));
  made.style.left = `${(100 * check.started) / whole}%`;
  made.style.width = `${(100 * check.seconds) / whole}%`;
  made.style.top = `${check.lane * 30 + 24}px`;
  return made;
}

function timeline(run, open) {
  const drawn = run.checks.filter((check) => check.lane >= 0).sort((one, other) => one.started - other.started);
  if (!drawn.length) return [h("p", { class: "quiet" }, "Nothing ran: every check was replayed, unaffected or not started.")];
  const whole = Math.max(run.seconds, ...drawn.map((check) => check.started + check.seconds), 0.001);
  const path = new Set(run.critical_path.checks);
  const lanes = 1 + Math.max(...drawn.map((check) => check.lane));
  const bars = drawn.map((check) => bar(check, whole, path.has(check.check), () => open(check)));
  const axis = h("div", { class: "axis", "aria-hidden": "true" });
  const inner = h("div", { class: "inner" }, axis, bars);
  inner.style.height = `${lanes * 30 + 30}px`;
  const outer = h("div", { class: "outer", tabindex: "0", role: "region", "aria-label": "Time line: arrow keys move, plus and minus zoom, 0 shows all, Page Down goes to the bars" }, inner);
  const names = h("div", { class: "lanes", "aria-hidden": "true" }, Array.from({ length: lanes }, (_, lane) => h("div", {}, `slot ${lane + 1}`)));
  const scale = h("output", { class: "quiet" });
  let zoom = 1;

  function ticks() {
    nothing(axis);
    const between = step(whole / Math.max(2, (outer.clientWidth / 90) * zoom));
    const middle = (outer.scrollLeft + outer.clientWidth / 2) / Math.max(1, inner.clientWidth) * whole;
    const near = (whole / zoom) * 2;  // only those that can be seen soon
    for (let time = Math.max(0, Math.ceil((middle - near) / between) * between); time <= Math.min(whole, middle + near); time += between) {
      const tick = h("span", {}, time ? duration(time) : "0");
      tick.style.left = `${(100 * time) / whole}%`;
      axis.append(tick);
    }
    scale.textContent = `${duration(whole / zoom)} in view`;
  }

  function zoomed(times, from) {
    const anchor = from === undefined ? outer.clientWidth / 2 : from;
    const point = (outer.scrollLeft + anchor) / inner.clientWidth;
    zoom = Math.min(MOST_ZOOM, Math.max(1, zoom * times));
    inner.style.width = `${zoom * 100}%`;
    outer.scrollLeft = point * inner.clientWidth - anchor;
    ticks();
  }

  function focusOn(index) {
    const wanted = Math.min(bars.length - 1, Math.max(0, index));
    bars[wanted].focus({ preventScroll: true });
    outer.scrollLeft = bars[wanted].offsetLeft - outer.clientWidth / 4;
  }

  const pan = (share) => outer.scrollBy({ left: outer.clientWidth * share });
  outer.addEventListener("scroll", ticks, { passive: true });
  outer.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoomed(event.deltaY < 0 ? 1.25 : 0.8, event.clientX - outer.getBoundingClientRect().left);
  }, { passive: false });
  outer.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = bars.indexOf(document.activeElement);
    const acts = { "+": () => zoomed(1.5), "=": () => zoomed(1.5), "-": () => zoomed(1 / 1.5), "0": () => zoomed(0), PageDown: () => focusOn(index + 1), PageUp: () => focusOn(index - 1) };
    if (index >= 0) Object.assign(acts, { ArrowRight: () => focusOn(index + 1), ArrowLeft: () => focusOn(index - 1), Escape: () => outer.focus() });
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  });
  new ResizeObserver(ticks).observe(outer);
  const tools = h("div", { class: "tools" },
    button("−", "Zoom out", () => zoomed(1 / 1.5)), button("+", "Zoom in", () => zoomed(1.5)), button("Whole run", "Show the whole run", () => zoomed(0)),
    button("←", "Earlier", () => pan(-0.5)), button("→", "Later", () => pan(0.5)), scale,
    h("span", { class: "quiet hint" }, "Ctrl and wheel zoom; + − 0 and arrow keys work as well"));
  return [pathText(run), tools, h("div", { class: "chart" }, names, outer), legend(run, drawn)];
}

function pathText(run) {
  const path = run.critical_path;
  return path.checks.length ? h("p", {}, h("strong", {}, "Critical path"), ` ${path.checks.join(" → ")} (${duration(path.seconds)})`) : null;
}

function legend(run, drawn) {
  const rest = run.checks.length - drawn.length;
  const entry = (kind, text) => h("li", {}, h("span", { class: `run ${kind}`, "aria-hidden": "true" }), text);
  return h("div", { class: "legend" }, h("ul", {}, entry("passed", "passed"), entry("failed", "did not pass: striped, with a cross"), entry("passed critical", "on the critical path: framed, and says so")),
    rest ? h("p", { class: "quiet" }, `${count(rest, "check")} took no time here: replayed, unaffected or not started.`) : null);
}
