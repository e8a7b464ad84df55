// A long text that can be searched. It is one text node: a hit is a range that is painted, so that nothing is built anew.

const MOST_HITS = 10000;
const COLOURS = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;  // ECMA-48, as ftaction.report.words

const plain = (text) => safe(text.replace(COLOURS, "").replace(/\r\n?/g, "\n"));

function hitsIn(text, wanted) {
  if (!wanted) return [];
  const pattern = new RegExp(wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "giu");
  const found = [];
  for (const match of text.matchAll(pattern)) {
    found.push([match.index, match.index + match[0].length]);
    if (found.length === MOST_HITS) break;
  }
  return found;
}

function paint(node, hits, current) {
  if (!window.Highlight) return;
  const range = ([from, to]) => {
    const made = new Range();
    made.setStart(node, from);
    made.setEnd(node, to);
    return made;
  };
  const all = new Highlight();
  for (const hit of hits) all.add(range(hit));
  CSS.highlights.set("hits", all);
  const one = new Highlight(...(current ? [range(current)] : []));
  one.priority = 1;
  CSS.highlights.set("hit", one);
}

function show(view, node, [from, to]) {
  const range = new Range();
  range.setStart(node, from);
  range.setEnd(node, to);
  const [place, window] = [range.getBoundingClientRect(), view.getBoundingClientRect()];
  view.scrollTop += place.top - window.top - window.height / 2;
  if (place.left < window.left + 60 || place.right > window.right) view.scrollLeft += place.left - window.left - window.width / 3;
  if (!globalThis.Highlight) {
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }
}

function textView(name, text, atEnd) {
  const shown = plain(text) || "(empty)";
  const node = document.createTextNode(shown);
  const lines = shown.split("\n").length - (shown.endsWith("\n") ? 1 : 0);
  const numbers = h("pre", { class: "gutter", "aria-hidden": "true" }, Array.from({ length: lines }, (_, index) => index + 1).join("\n"));
  const content = h("pre", { class: "content", translate: "no", dir: "ltr" });
  content.append(node);
  const view = h("div", { class: "view", tabindex: "0", role: "region", "aria-label": name }, numbers, content);
  const told = h("output", { class: "hits" });
  let hits = [];
  let current = 0;
  function go(step) {
    if (hits.length) current = (current + step + hits.length) % hits.length;
    paint(node, hits, hits[current]);
    if (hits.length) show(view, node, hits[current]);
    const more = hits.length === MOST_HITS ? " or more" : "";
    told.textContent = !field.value ? "" : hits.length ? `${current + 1} of ${hits.length.toLocaleString("en")}${more}` : "no hit";
  }
  function search() {
    hits = hitsIn(shown, field.value);
    current = 0;
    go(0);
  }
  const field = h("input", {
    type: "search", placeholder: "Search", "aria-label": `Search in ${name}`, spellcheck: "false", oninput: search,
    onkeydown: (event) => {
      if (event.key === "Enter") go(event.shiftKey ? -1 : 1);
    },
  });
  const bar = h("div", { class: "tools", role: "search" }, field, button("↑", "Previous hit", () => go(-1)), button("↓", "Next hit", () => go(1)), told,
    h("span", { class: "quiet" }, count(lines, "line")));
  if (atEnd) requestAnimationFrame(() => { view.scrollTop = view.scrollHeight; });
  return h("div", { class: "text" }, bar, view);
}

// A part of a check that is built when it is opened first.
function opened(title, open, build) {
  const details = h("details", { class: "part" }, h("summary", {}, h("h4", {}, title)));
  const fill = () => {
    if (details.open && details.childElementCount === 1) put(details, build());
  };
  details.addEventListener("toggle", fill);
  if (open) {
    details.open = true;
    fill();
  }
  return details;
}
