"""One engine in a child process: its problem in, its progress as it comes, its answer out. No database here."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grappe

GRACE_SECONDS = 10.0
FAULT_LENGTH = 4000


@dataclass(frozen=True, slots=True)
class Progress:
    """What an engine says on its way: the best cost so far, the bound, and a stable English key."""

    best: int | None
    bound: int | None
    note: str


@dataclass(frozen=True, slots=True)
class Answer:
    """How the child ended: `result`, or else the reason in `fault`."""

    result: dict[str, Any] | None
    fault: str = ""


class Child:
    """An engine at work. `watch()` yields its latest progress, or None, about every `beat` seconds until it ends."""

    def __init__(self, engine: str, problem: dict[str, Any], *, seconds: int, seed: int) -> None:
        self._problem = tempfile.TemporaryFile()  # noqa: SIM115 (close() closes it)
        self._result = tempfile.TemporaryFile()  # noqa: SIM115
        self._problem.write(json.dumps(problem).encode())
        self._problem.seek(0)
        self._faults: list[str] = []
        self._end = time.monotonic() + seconds + GRACE_SECONDS
        source = str(Path(grappe.__file__).resolve().parent.parent)
        path = os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH", "")]))
        limits = ["--seconds", str(seconds), "--seed", str(seed)]
        solve = [sys.executable, "-m", "grappe.cli", "solve", engine, "-", *limits, "--progress-json"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "grappe.solves.leash", str(os.getpid()), *solve],
            stdin=self._problem,
            stdout=self._result,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,  # a Ctrl-C at the worker's terminal is the worker's to handle
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        """Ask for the best answer so far; whoever does not answer within the grace time is killed."""
        self._end = min(self._end, time.monotonic() + GRACE_SECONDS)
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def watch(self, beat: float = 0.5) -> Iterator[Progress | None]:
        stream = self._process.stderr
        assert stream is not None
        os.set_blocking(stream.fileno(), False)
        kept = b""
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            ended = False
            while not ended:
                latest, wake = None, time.monotonic() + beat
                while not ended and (left := wake - time.monotonic()) > 0:
                    if not selector.select(left):
                        continue
                    heard = stream.read(1 << 16)
                    if heard is None:
                        continue
                    ended = not heard
                    *lines, kept = (kept + heard).split(b"\n")
                    for line in lines:
                        latest = self._hear(line) or latest
                if time.monotonic() > self._end:
                    self.kill()
                yield latest

    def _hear(self, line: bytes) -> Progress | None:
        text = line.decode(errors="replace").strip()
        with contextlib.suppress(ValueError, TypeError, KeyError):
            said = json.loads(text)
            return Progress(said["best"], said["bound"], str(said["note"]))
        if text:
            self._faults.append(text)
        return None

    def answer(self) -> Answer:
        """Wait for the end, and read the answer."""
        code = self._process.wait()
        self._result.seek(0)
        written = self._result.read()
        said = "\n".join(self._faults)[-FAULT_LENGTH:]
        if code == 0:
            with contextlib.suppress(ValueError):
                return Answer(json.loads(written))
            return Answer(None, f"the answer is not JSON\n{said}".strip())
        if code < 0:
            return Answer(None, f"ended by signal {-code}\n{said}".strip())
        return Answer(None, said or f"ended with code {code}")

    def close(self) -> None:
        """Leave nothing behind, whatever happened."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        for stream in (self._problem, self._result, self._process.stderr):
            if stream is not None:
                stream.close()
