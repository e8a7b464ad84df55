// Another run, from a file on this machine: a page like this one, or a report.json. It is as untrusted as anything else.

const NOTABLE = { seconds: 0.5, share: 0.2 };  // a smaller difference of times says nothing

function runIn(text) {
  const start = text.indexOf('id="data">');
  const json = start < 0 ? text : text.slice(start + 10, text.indexOf("<\/script>", start));
  const run = JSON.parse(json);
  if (!run || !Array.isArray(run.checks)) throw new Error("it holds no checks");
  const checks = run.checks.filter((check) => check && typeof check.check === "string");
  return { ...run, checks: checks.map((check) => ({ check: check.check, green: check.ending === "passed", ending: String(check.ending).replaceAll("_", " "), ran: check.source === "ran", seconds: Number(check.seconds) || 0 })) };
}

function differences(before, now) {
  const earlier = new Map(before.checks.map((check) => [check.check, check]));
  const later = new Map(now.checks.map((check) => [check.check, check]));
  const both = now.checks.filter((check) => earlier.has(check.check)).map((check) => [earlier.get(check.check), check]);
  const notable = ([was, is]) => was.ran && is.ran && Math.abs(is.seconds - was.seconds) > Math.max(NOTABLE.seconds, NOTABLE.share * Math.min(was.seconds, is.seconds));
  return [
    ["Newly not passing", both.filter(([was, is]) => was.green && !is.green)],
    ["Fixed", both.filter(([was, is]) => !was.green && is.green)],
    ["Still not passing", both.filter(([was, is]) => !was.green && !is.green)],
    ["Slower", both.filter((pair) => notable(pair) && pair[1].seconds > pair[0].seconds)],
    ["Faster", both.filter((pair) => notable(pair) && pair[1].seconds < pair[0].seconds)],
    ["Added", now.checks.filter((check) => !earlier.has(check.check)).map((check) => [null, check])],
    ["Gone", before.checks.filter((check) => !later.has(check.check)).map((check) => [check, null])],
  ];
}

function compare(run) {
  const found = h("div", { id: "differences", "aria-live": "polite" });
  const now = runIn(JSON.stringify({ checks: run.checks }));
  const shown = (check) => (check ? verdict(check.green, check.ending, check.ending) : h("span", { class: "quiet" }, "not there"));
  const time = (check) => (check && check.ran ? duration(check.seconds) : "");
  function tell(name, before) {
    const groups = differences(before, now).filter(([, pairs]) => pairs.length);
    const total = `${name}: ${count(before.checks.length, "check")}, ${duration(Number(before.seconds) || 0)}; this run: ${count(now.checks.length, "check")}, ${duration(run.seconds)}.`;
    put(found, h("p", {}, total), groups.length ? null : h("p", {}, "Nothing differs."));
    for (const [title, pairs] of groups) {
      const rows = pairs.map(([was, is]) => [(is || was).check, shown(was), shown(is), time(was), time(is)]);
      put(found, h("h3", {}, `${title} (${pairs.length})`), table(title, ["Check", "Before", "Now", "Before#", "Now#"], rows));
    }
  }
  const input = h("input", {
    type: "file", id: "earlier", accept: ".html,.json",
    onchange: async () => {
      const [file] = input.files;
      nothing(found);
      if (!file) return;
      try {
        tell(file.name, runIn(await file.text()));
      } catch (error) {
        put(found, h("p", { class: "bad" }, `${file.name} is neither a page nor a report of a run: ${error.message}`));
      }
    },
  });
  return [h("p", {}, h("label", { for: "earlier" }, "A report.html or report.json of an earlier run, which stays on this machine: "), input), found];
}
