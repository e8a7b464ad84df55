"""The commands, and the one boundary where errors become words and an exit code."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

from ftaction import __version__
from ftaction.arguments import asked, from_inputs, parser
from ftaction.errors import Interrupted, Stop, StoreError
from ftaction.stores import github_caches
from ftaction.wiring import Options, Wiring

PASSED, FAILED, FAULT = 0, 1, 3
_SIGNALLED = 128
_A_DAY = 86400.0  # seconds between two looks at the whole store


def main(arguments: Sequence[str] | None = None) -> int:
    """0 passed, 1 a check failed, 2 usage or configuration, 130/143 interrupted, 3 a fault of ours."""
    variables = dict(os.environ)
    in_workflow = variables.get("GITHUB_ACTIONS") == "true"
    _prepare_streams()
    _stop_on_signals()
    try:
        options = parser().parse_args(arguments)
        if options.command == "action":
            options = parser().parse_args(from_inputs(variables))
        return _CALLS[options.command](options, variables)
    except Interrupted as stop:
        return _SIGNALLED + stop.signal
    except Stop as stop:
        from ftaction.report.mistakes import error_commands, error_lines

        _write("\n".join(error_commands(stop)) + "\n" if in_workflow else "", sys.stdout)
        _write("\n".join(error_lines(stop)) + "\n", sys.stderr)
        return stop.code
    except StoreError as error:
        _write(f"ftaction: {error}\n", sys.stderr)
        return FAULT
    except BrokenPipeError:
        return FAULT  # whoever read our output has gone
    except Exception as error:  # noqa: BLE001  # the last boundary: a fault of ours becomes a file, not a traceback on the screen
        return _fault(error, in_workflow)


def _run(options: argparse.Namespace, variables: Mapping[str, str]) -> int:
    given = Options(store=options.store, config=options.config, use_memory=not options.no_cache, cache_url=options.cache_url, runs=True)
    wiring = Wiring(variables, given)
    try:
        return _run_in(wiring, options)
    finally:
        if problem := wiring.close():
            _write(f"ftaction: {problem}\n", sys.stderr)


def _run_in(wiring: Wiring, options: argparse.Namespace) -> int:
    from ftaction import app
    from ftaction.report.verdict import passed
    from ftaction.run.publish import FILES, publish, send_spans, write_files
    from ftaction.run.surfaces import log_reader

    config = wiring.find_config().config
    request = asked(options, wiring.in_workflow)
    surface = wiring.surface(sys.stderr if options.json else sys.stdout, quiet=options.quiet, programs=sys.stdout if options.json else None)
    statuses = wiring.statuses(surface, config, request, options.status_checks, options.comment)
    try:
        world = wiring.world(statuses or surface, config)
        report = app.run(world, config, request)
    finally:
        surface.close()
    if options.changed and not report.lost:
        report = report._replace(changes=wiring.changes())
    asked_for = {name: getattr(options, name) for name in FILES if getattr(options, name)}
    paths = write_files(report, wiring.run_folder(), asked_for, wiring.variables, world.store)
    if options.json:
        from ftaction.report.events import ended

        _write(ended(report), sys.stdout)
    if any(result.stored for result in report.results) and wiring.store.due(_A_DAY):
        from ftaction.run import caretaking

        caretaking.care("prune", wiring.store, config.cache.budget)
    if wiring.in_workflow:
        told = {name: wiring.for_later_steps(path) for name, path in paths.items()}
        for problem in publish(report, wiring.files, log_reader(wiring.variables), told):
            _write(f"ftaction: {problem}\n", sys.stderr)
    wiring.carry_on(world.store, bool(report.interrupted))
    for problem in (*(wiring.told(statuses) if statuses else ()), *send_spans(report, wiring.variables)):
        _write(f"ftaction: {problem}\n", sys.stderr)
    return _SIGNALLED + report.interrupted if report.interrupted else PASSED if passed(report) else FAILED


def _post(_options: argparse.Namespace, variables: Mapping[str, str]) -> int:
    """Never fails a job: what it can't do, a later run does without. The step itself has said what is wrong with the inputs."""
    try:
        _save_what_is_left(variables)
    except (Stop, StoreError) as error:
        _write(f"ftaction: {error.message if isinstance(error, Stop) else error}\n", sys.stdout)
    except Exception as error:  # noqa: BLE001  # as in `main`
        _fault(error, in_workflow=False)
    return PASSED


def _save_what_is_left(variables: Mapping[str, str]) -> None:
    options = parser().parse_args(from_inputs(variables))
    if options.command != "run":
        return
    wiring = Wiring(variables, Options(store=options.store, config=options.config, use_memory=False, cache_url=options.cache_url))
    try:
        wiring.post_statuses(options.status_checks)
        notes = () if options.no_cache else wiring.post()
        _write("".join(f"ftaction: {note}\n" for note in notes), sys.stdout)
    finally:
        wiring.close()


def _plan(options: argparse.Namespace, variables: Mapping[str, str]) -> int:
    from ftaction import app
    from ftaction.report.document import plan_document
    from ftaction.report.plans import plan_lines

    wiring = _wiring(options, variables)
    found = wiring.find_config()
    plans = app.plan(wiring.world(wiring.silent(), found.config), found.config, asked(options, wiring.in_workflow))
    _print_json(plan_document(plans)) if options.json else _print(plan_lines(plans, dict(found.because)))
    return PASSED


def _explain(options: argparse.Namespace, variables: Mapping[str, str]) -> int:
    from ftaction import app
    from ftaction.report.explain import Asked, explained, explained_run

    wiring = _wiring(options, variables)
    config = wiring.find_config().config
    plans, manifests = app.explain(wiring.world(wiring.silent(), config), config, (options.checks,) if options.checks else ())
    before = wiring.last_run()
    if not options.checks:
        _print(explained_run(plans, before))
        return PASSED
    plan, check = next((plan, check) for plan in plans for check in plan.step.checks if check.name == options.checks)
    asked = Asked(check, plan.decisions[check.name], plan.step.title, manifests.get(check.name))
    _print(explained(asked, before, whole=options.all))
    return PASSED


def _affected(options: argparse.Namespace, variables: Mapping[str, str]) -> int:
    from ftaction import app
    from ftaction.report.affected import affected_document, affected_lines

    wiring = _wiring(options, variables)
    config = wiring.find_config().config
    world = wiring.world(wiring.silent(), config)._replace(changes=lambda: wiring.changes(options.base))
    found = app.affected(world, config)
    _print_json(affected_document(found)) if options.json else _print(affected_lines(found))
    return PASSED


def _trust(options: argparse.Namespace, variables: Mapping[str, str]) -> int:
    from ftaction import app

    wiring = _wiring(options, variables)
    config = wiring.find_config().config
    cleared = app.trust(wiring.world(wiring.silent(), config), config, tuple(options.checks))
    _print([f"{name}: {'what is remembered of it counts again' if name in cleared else 'it was not distrusted here'}" for name in options.checks])
    return PASSED


def _init(options: argparse.Namespace, variables: Mapping[str, str]) -> int:
    from ftaction.run import configuration

    _print([f"wrote {configuration.write(_wiring(options, variables).repository)}: read it, then `ftaction run`"])
    return PASSED


def _schema(_options: argparse.Namespace, _variables: Mapping[str, str]) -> int:
    from ftaction.plan.schema import schema

    _print_json(schema())
    return PASSED


def _changed(options: argparse.Namespace, variables: Mapping[str, str]) -> int:
    from ftaction.plan.globs import Paths
    from ftaction.report import changed, words

    wiring = _wiring(options, variables)
    changes = wiring.changes(options.base)
    files = () if changes.complete else wiring.repository.snapshot().files
    lines = changed.lines_of(changes, files)
    asked = frozenset(Paths([line.path for line in lines]).select(options.globs))
    lines = [line for line in lines if line.path in asked and line.kind in (*options.only, changed.UNKNOWN)]
    _print_err(words.changes(changes))
    if options.null:
        sys.stdout.buffer.write(b"".join(os.fsencode(line.path) + b"\0" for line in lines))
        sys.stdout.flush()
    else:
        _print_json(changed.changed_document(changes, lines)) if options.json else _print(changed.changed_lines(lines))
    if options.outputs and (problem := wiring.files.set_outputs(changed.changed_outputs(changes, files))):
        _print_err([f"ftaction: {problem}"])
    return FAILED if options.exit_code and (lines or not changes.complete) else PASSED


def _cache(options: argparse.Namespace, variables: Mapping[str, str]) -> int:
    if options.action == "keygen":
        return _keygen()
    from ftaction.report.spending import care_lines

    wiring = _wiring(options, variables)
    budget = wiring.find_config().config.cache.budget if options.action == "prune" else 0
    if options.github:
        from ftaction.run.at_github import care_at_github

        caches = github_caches(variables, variables.get("GITHUB_REPOSITORY") or wiring.repository_name)
        lines, sound = care_at_github(options.action, caches, budget), True
    else:
        from ftaction.run.caretaking import care

        lines, sound = care(options.action, wiring.store, budget)
    _print_json(lines) if options.json else _print(care_lines(lines))
    return PASSED if sound else FAILED


def _keygen() -> int:
    from ftaction.edge.signing import keygen_lines

    try:
        _print(keygen_lines())
    except StoreError as error:
        raise Stop("a pair of keys can't be made", str(error)) from None
    return PASSED


def _wiring(options: argparse.Namespace, variables: Mapping[str, str]) -> Wiring:
    return Wiring(variables, Options(store=options.store, config=options.config))


def _print(lines: Sequence[str]) -> None:
    _write("".join(f"{line}\n" for line in lines), sys.stdout)


def _print_err(lines: Sequence[str]) -> None:
    _write("".join(f"{line}\n" for line in lines), sys.stderr)


def _print_json(document: object) -> None:
    import json

    _write(json.dumps(document, indent=1) + "\n", sys.stdout)


def _write(text: str, stream: TextIO) -> None:
    stream.write(text)
    stream.flush()


def _prepare_streams() -> None:
    """Names may hold any byte and a terminal any encoding: what can't be shown is spelt out, never an error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def _stop_on_signals() -> None:
    import signal

    def stop(number: int, _frame: object) -> None:
        raise Interrupted(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)  # as PID 1 a process without a handler never sees SIGTERM


def _fault(error: Exception, in_workflow: bool) -> int:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="ftaction-fault-", suffix=".txt", delete=False, encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"ftaction {__version__}, Python {sys.version}\n\n{''.join(traceback.format_exception(error))}")
    message = f"a fault of ours ({type(error).__name__}); nothing was judged. Please report it with {file.name}"
    _write(f"::error title=FirstTry::{message}\n" if in_workflow else "", sys.stdout)
    _write(f"ftaction: {message}\n", sys.stderr)
    return FAULT


_CALLS: Mapping[str, Callable[[argparse.Namespace, Mapping[str, str]], int]] = {
    "run": _run,
    "plan": _plan,
    "explain": _explain,
    "affected": _affected,
    "trust": _trust,
    "init": _init,
    "schema": _schema,
    "changed": _changed,
    "cache": _cache,
    "post": _post,
}
