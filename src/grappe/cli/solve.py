"""`grappe solve ENGINE FILE`: an engine at the command line, JSON in and JSON out, without the site.

Exit 0: a result was written (optimal, feasible, or proved infeasible). Exit 2: the problem is malformed; every fault is
a line `path: what is wrong` on standard error and nothing is written. Exit 3: time ran out with no feasible answer.
Exit 1: the result could not be written. SIGINT and SIGTERM ask the engine to stop with its best answer so far.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import math
import os
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

from grappe.engines.faults import Fault, Malformed
from grappe.engines.stop import Deadline

ENGINES = ("pooling", "planning", "sharing")
STANDARD = "-"
MEMORY = 3_800_000_000
"""Bytes that reading a problem may take, 4 GB with Python around: a file that asks for more is refused, rather than the
machine brought down."""
SHOWN_FAULTS = 10_000


def run(argv: list[str]) -> int:
    """Solve as `argv` says; the exit code."""
    try:
        options = _parser().parse_args(argv)
    except SystemExit as exit_:
        return int(exit_.code or 0)
    try:
        _check_output(options.output)
        outcome = _solve(options)
    except Malformed as malformed:
        for fault in malformed.faults[:SHOWN_FAULTS]:
            print(_one_line(str(fault)), file=sys.stderr)
        if (more := len(malformed.faults) - SHOWN_FAULTS) > 0:
            print(f"problem: has {more:,} more faults", file=sys.stderr)
        return 2
    if outcome["status"] not in ("optimal", "feasible", "infeasible"):
        print("time ran out with no feasible answer", file=sys.stderr)
        return 3
    try:
        _write(options.output, outcome)
    except OSError as error:
        print(f"{options.output}: not written: {error.strerror or error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="grappe solve", description="Solve a problem of an engine, JSON in, JSON out."
    )
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("file", help='the problem, in JSON ("-": standard input)')
    parser.add_argument("-o", "--output", default=STANDARD, help='where the result goes ("-": standard output)')
    parser.add_argument("--seconds", type=_seconds, default=math.inf, help="time limit, reading included")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=_workers, default=1)
    parser.add_argument("--dask", metavar="ADDRESS", help="scheduler for a territory of zones")
    parser.add_argument(
        "--progress-json", action="store_true", help="progress on standard error, one JSON object a line"
    )
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not seconds > 0:
        raise argparse.ArgumentTypeError("must be more than 0")
    return seconds


def _workers(text: str) -> int:
    workers = int(text)
    if workers < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return workers


def _solve(options: argparse.Namespace) -> dict[str, Any]:
    """The result's JSON form. The engine works in a thread, so that signals reach this one while it is deep in C."""
    deadline = Deadline(options.seconds, report=_reporter(options.progress_json, sys.stderr))
    engine = importlib.import_module(f"grappe.engines.{options.engine}")
    with _cancelling(deadline):
        with _within_memory(options.file):
            data = read_problem(options.file)
            zones = options.engine == "pooling" and isinstance(data, dict) and "zones" in data
            if options.dask is not None and not zones:
                raise Malformed([Fault("--dask", "serves only a pooling problem cut into zones")])
            problem = None if zones else engine.parse(data)

        def work() -> dict[str, Any]:
            if zones:
                return _territory(data, options, deadline)
            params = engine.Params(workers=options.workers)
            result = engine.solve(problem, params=params, stop=deadline, seed=options.seed)
            if sys.stderr.isatty():
                print(result.summary(), file=sys.stderr)
            return dict(result.to_json())

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(work).result()


def _territory(data: object, options: argparse.Namespace, deadline: Deadline) -> dict[str, Any]:
    territory = importlib.import_module("grappe.cli.territory")
    return dict(
        territory.run_territory(data, stop=deadline, seed=options.seed, workers=options.workers, dask=options.dask)
    )


@contextmanager
def _within_memory(file: str) -> Iterator[None]:
    """Within, a problem is read: in at most MEMORY bytes (where the system counts them, as Linux does), and without
    looking for cycles in millions of values that have none. Raises Malformed when it does not fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limits = [limit for limit in (MEMORY, soft, hard) if limit != resource.RLIM_INFINITY]
    collected = gc.isenabled()
    gc.disable()
    resource.setrlimit(resource.RLIMIT_DATA, (min(limits), hard))
    try:
        yield
    except MemoryError:
        raise Malformed([Fault(_name(file), "does not fit in 4 GB of memory once read")]) from None
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
        if collected:
            gc.enable()


@contextmanager
def _cancelling(deadline: Deadline) -> Iterator[None]:
    """Within, SIGINT and SIGTERM cancel the deadline; a second SIGINT leaves at once."""

    interrupted = False

    def cancel(signum: int, frame: FrameType | None) -> None:
        nonlocal interrupted
        if interrupted:
            os._exit(130)
        interrupted = signum == signal.SIGINT
        deadline.cancel()

    previous = {number: signal.signal(number, cancel) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _reporter(as_json: bool, stream: TextIO) -> Callable[[int | None, int | None, str], None] | None:
    started = time.monotonic()

    def report_json(best: int | None, bound: int | None, note: str) -> None:
        seconds = round(time.monotonic() - started, 3)
        line = json.dumps({"best": best, "bound": bound, "note": note, "seconds": seconds})
        print(line, file=stream, flush=True)

    def report_line(best: int | None, bound: int | None, note: str) -> None:
        seconds = time.monotonic() - started
        known = [f"{name} {value:,}" for name, value in (("best", best), ("bound", bound)) if value is not None]
        print(f"{seconds:8.1f} s  {'  '.join([*known, note])}", file=stream, flush=True)

    if as_json:
        return report_json
    return report_line if stream.isatty() else None


def read_problem(file: str) -> object:
    """The JSON of `file` ("-": standard input), strictly: one value for a key, finite numbers, whole characters.

    Raises Malformed.
    """
    name = _name(file)
    try:
        raw = sys.stdin.buffer.read() if file == STANDARD else Path(file).read_bytes()
    except OSError as error:
        raise Malformed([Fault(name, f"cannot be read: {error.strerror or error}")]) from error
    suspect = b"\\ud" in raw or b"\\uD" in raw
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed([Fault(name, "not JSON: not in UTF-8")]) from error
    del raw

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal suspect
        object_ = dict(pairs)
        if len(object_) == len(pairs):
            return object_
        suspect = True
        times = Counter(key for key, _ in pairs)
        return _Repeating(object_, sorted(key for key, count in times.items() if count > 1))

    def constant(text: str) -> float:
        nonlocal suspect
        suspect = True
        return float(text)

    try:
        data = json.loads(text, object_pairs_hook=unique, parse_constant=constant)
    except json.JSONDecodeError as error:
        what = f"not JSON: {error.msg}, line {error.lineno} column {error.colno}"
        raise Malformed([Fault(name, what)]) from error
    except ValueError as error:  # an integer of more digits than Python reads
        raise Malformed([Fault(name, "a number has too many digits")]) from error
    except RecursionError as error:
        raise Malformed([Fault(name, "not a problem: nested too deep")]) from error
    if suspect and (faults := list(_json_faults(data, ""))):
        raise Malformed(faults)
    return data


def _name(file: str) -> str:
    return "standard input" if file == STANDARD else file


class _Repeating(dict[str, object]):
    """An object read with some keys given more than once."""

    def __init__(self, object_: dict[str, object], repeated: list[str]) -> None:
        super().__init__(object_)
        self.repeated = repeated


def _json_faults(value: object, path: str) -> Iterator[Fault]:
    if isinstance(value, _Repeating):
        for key in value.repeated:
            yield Fault(f"{path}.{key}".lstrip("."), "the key is given more than once")
    if isinstance(value, dict):
        for key, item in value.items():
            below = f"{path}.{key}".lstrip(".")
            if _broken(key):
                yield Fault(below, "the key is not valid Unicode (half of a surrogate pair)")
            yield from _json_faults(item, below)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _json_faults(item, f"{path}[{index}]")
    elif isinstance(value, float) and not math.isfinite(value):
        yield Fault(path or "problem", "must be a finite number")
    elif isinstance(value, str) and _broken(value):
        yield Fault(path or "problem", "is not valid Unicode (half of a surrogate pair)")


def _broken(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _check_output(output: str) -> None:
    """Refuse before the work, rather than after it, a place where nothing can be written."""
    if output == STANDARD:
        return
    path = Path(output)
    if path.is_dir():
        raise Malformed([Fault("--output", f"{output} is a folder")])
    if not path.parent.is_dir():
        raise Malformed([Fault("--output", f"there is no folder {path.parent}")])


def _write(output: str, outcome: dict[str, Any]) -> None:
    """Whole or not at all: a reader never sees half a result. One top-level key a line."""
    lines = (f"{json.dumps(key)}: {_dump(value)}" for key, value in outcome.items())
    content = ("{" + ",\n ".join(lines) + "}\n").encode()
    path = Path(output)
    if output == STANDARD:
        try:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # the reader left; keep the interpreter from complaining again when it ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise
    elif path.exists() and not path.is_file():  # a device or a pipe is written to, never replaced
        path.write_bytes(content)
    else:
        target = path.resolve()
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            with part.open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
