"""Switches over SSH: ours beside stock netmiko in a thread pool, and beside Ansible's network_cli.

Usage: network.py [--quick] [--rounds N] [--switches N] [--ansible]

200 stand-in IOS switches answer from a process of their own, without think time. Two tasks: one command, and the five
steps of a port restart (show, shut, no shut, show, save) on one connection. Each measurement is a process of its own,
so that its memory is its own too; arms alternate within a round, and the ratios are of pairs in the same round.
Ansible is measured on 20 switches where `ansible` can be installed into a virtual environment of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

SHOWN = "\r\n".join(
    [
        "GigabitEthernet1/0/3 is {state}, line protocol is {state} (connected)",
        *[f"     {n} packets input, {n * 64} bytes, 0 no buffer" for n in range(30)],
        "",
    ]
)
PORT = "Gi1/0/3"
ARMS = ("stock netmiko", "ours, stock terminal", "ours, bare", "ours, journalled")
WORKERS = (10, 50, 100)


# The switches


class Stand:
    """One switch: a port that is up or down, two modes, an echo, no think time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.up = True
        self.sessions = 0

    async def serve(self, process: Any) -> None:
        mode = ""
        self.sessions += 1
        process.stdout.write(f"\r\n{self.name}#")
        pending = ""
        while data := await process.stdin.read(4096):
            pending += data.replace("\r\n", "\n").replace("\r", "\n")
            while "\n" in pending:
                line, pending = pending.split("\n", 1)
                words = line.split()
                said = ""
                match words:
                    case ["exit"] if not mode:
                        process.stdout.write(line + "\r\n")
                        process.exit(0)
                        return
                    case ["show", *_]:
                        said = SHOWN.format(state="up" if self.up else "down")
                    case ["configure", "terminal"]:
                        mode = "(config)"
                        said = "Enter configuration commands, one per line.  End with CNTL/Z.\r\n"
                    case ["interface", _]:
                        mode = "(config-if)"
                    case ["end"]:
                        mode = ""
                    case ["shutdown"] if mode:
                        self.up = False
                    case ["no", "shutdown"] if mode:
                        self.up = True
                    case ["write", *_]:
                        said = "Building configuration...\r\n[OK]\r\n"
                process.stdout.write(f"{line}\r\n{said}{self.name[:20] if mode else self.name}{mode}#")
        process.exit(0)


async def stand(count: int) -> None:
    import asyncssh

    key = asyncssh.generate_private_key("ssh-ed25519")

    class Door(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == ("pedell", "schule")

    addresses = []
    for number in range(count):
        switch = Stand(f"sw{number}")
        listener = await asyncssh.listen(
            "127.0.0.1", 0, server_factory=Door, server_host_keys=[key], process_factory=switch.serve,
            line_editor=False, backlog=200,
        )  # fmt: skip
        addresses.append(f"127.0.0.1:{listener.get_port()}")
    public = key.export_public_key().decode().split()
    print(json.dumps({"addresses": addresses, "key": " ".join(public[:2])}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


@contextmanager
def switches(count: int) -> Iterator[dict[str, Any]]:
    """Start them; they end with us."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--stand", str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


# The arms, each in a process of its own


class Env:
    """What a session asks for."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def secret(self, reference: str) -> str:
        return "schule"

    def record(self, direction: str, data: bytes | str) -> None:
        pass


OPTIONS = {"username": "pedell", "password": "secret://env/BENCH_PASSWORD", "host_key": "strict"}


def dialect() -> Any:
    import re

    from pedell_network.session import Dialect
    from pedell_network.terminal import IosTerminal

    def prompt(base: str) -> str:
        return rf"(?m:^{re.escape(base.strip()[:16])}[^\n#>]{{0,64}}[>#][ \t]*$)"

    return Dialect(IosTerminal, prompt, lambda _: None)


def configure(session: Any, deadline: Any, *lines: str) -> None:
    session.enable(False, deadline)
    session.run("configure terminal", deadline)
    session.run(f"interface {PORT}", deadline)
    for line in lines:
        session.run(line, deadline, effect=True)
    session.leave("end", deadline)


STEPS: dict[str, Callable[[Any, Any], Any]] = {
    "show": lambda session, deadline: session.run(f"show interfaces {PORT}", deadline),
    "shut": lambda session, deadline: configure(session, deadline, "shutdown"),
    "open": lambda session, deadline: configure(session, deadline, "no shutdown"),
    "save": lambda session, deadline: session.run("write memory", deadline, effect=True),
}
TASKS = {"one": ("show",), "five": ("show", "shut", "open", "show", "save")}


def ours_bare(address: str, task: str, data: Path, terminal: str) -> None:
    from pedell.drivers.api import Deadline, Target
    from pedell_network.options import SwitchOptions
    from pedell_network.session import Session

    options = SwitchOptions.model_validate({**OPTIONS, "terminal": terminal})
    target = Target(address, address, "switch", "cisco-ios", address)
    session = Session.open(dialect(), target, options, Env(data), Deadline.after(60))
    try:
        for step in TASKS[task]:
            STEPS[step](session, Deadline.after(60))
    finally:
        session.close()


def stock(address: str, task: str, data: Path) -> None:
    from netmiko import ConnectHandler

    host, _, port = address.rpartition(":")
    line = ConnectHandler(
        device_type="cisco_ios", host=host, port=int(port), username="pedell", password="schule", ssh_strict=True,
        alt_host_keys=True, alt_key_file=str(data / address), keepalive=30,
    )  # fmt: skip
    try:
        assert "GigabitEthernet" in line.send_command(f"show interfaces {PORT}")
        if task == "five":
            line.send_config_set([f"interface {PORT}", "shutdown"])
            line.send_config_set([f"interface {PORT}", "no shutdown"])
            line.send_command(f"show interfaces {PORT}")
            assert "[OK]" in line.save_config()
    finally:
        line.disconnect()


def plugin() -> ModuleType:
    """A driver whose capabilities are the steps; everything else about it is a switch's."""
    from pedell.drivers.api import (
        REPEAT,
        Capability,
        Contract,
        Driver,
        Effect,
        Identity,
        Nothing,
        Text,
        implements,
    )
    from pedell.hooks.api import hookimpl
    from pedell_network.options import SwitchOptions, endpoint_of, options_of
    from pedell_network.session import Session

    def words(text: str) -> Text:
        return Text(text, text)

    class BenchSwitch(Driver):
        id = "bench"
        title = "Bench"
        kinds = frozenset({"bench"})
        options = SwitchOptions
        endpoint = classmethod(lambda cls, target: endpoint_of(target))

        def connect(self, deadline: Any) -> None:
            self.line = Session.open(dialect(), self.target, options_of(self.target), self.env, deadline)

        def close(self) -> None:
            self.line.close()

        def identity(self, deadline: Any) -> Identity:
            return Identity()

        @implements("bench.show")
        def show(self, call: Any, params: Any) -> Nothing:
            STEPS["show"](self.line, call.deadline)
            return Nothing()

        @implements("bench.shut")
        def shut(self, call: Any, params: Any) -> Nothing:
            STEPS["shut"](self.line, call.deadline)
            return Nothing()

        @implements("bench.open")
        def open(self, call: Any, params: Any) -> Nothing:
            STEPS["open"](self.line, call.deadline)
            return Nothing()

        @implements("bench.save")
        def save(self, call: Any, params: Any) -> Nothing:
            STEPS["save"](self.line, call.deadline)
            return Nothing()

    module = ModuleType("bench")
    module.PEDELL_API = 1

    @hookimpl
    def pedell_contracts() -> Any:
        effects = (
            Capability(f"bench.{step}", words(step), Effect.REPEATABLE, recovery=REPEAT)
            for step in ("shut", "open", "save")
        )
        return [
            Contract(
                "bench",
                words("Bench"),
                {"bench": words("Bench")},
                (Capability("bench.show", words("show")), *effects),
            )
        ]

    @hookimpl
    def pedell_drivers() -> Any:
        return [BenchSwitch]

    module.pedell_contracts = pedell_contracts
    module.pedell_drivers = pedell_drivers
    return module


def service_for(addresses: list[str], data: Path, workers: int) -> Any:
    from sqlalchemy import insert

    from pedell.hooks.plugins import Plugins
    from pedell.service.door import Service
    from pedell.settings import load
    from pedell.store.database import new_id
    from pedell.store.tables.inventory import device, site

    (data / "books").mkdir()
    for name, steps in TASKS.items():
        lines = "".join(f"  - {{do: bench.{step}}}\n" for step in steps)
        head = (
            f"pedell: 1\nid: {name}\ntitle: {{en: B, de: B}}\ndescription: {{en: B, de: B}}\n"
            f"strategy: {{at_once: {workers}, per_site: {workers}}}\nsteps:\n"
        )
        (data / "books" / f"{name}.yaml").write_text(head + lines)
    (data / "pedell.toml").write_text('playbooks = ["books"]\n')
    os.environ["BENCH_PASSWORD"] = "schule"
    # Runs for a ticket have the whole pool; the night's leave a quarter of it free.
    service = Service(load({"PEDELL_DATA": str(data), "PEDELL_THREADS": str(workers)}))
    service.around.__dict__["plugins"] = Plugins(modules={"bench": plugin()})
    with service.around.store.writing() as connection:
        connection.execute(insert(site), [{"no": 1, "id": new_id(), "slug": "s", "name": "S"}])
        rows = [
            {
                "id": new_id(), "name": f"d{n}", "kind": "bench", "site": 1, "driver": "bench", "address": address,
                "options": json.dumps(OPTIONS),
            }
            for n, address in enumerate(addresses)
        ]  # fmt: skip
        connection.execute(insert(device), rows)
    return service


def journalled(addresses: list[str], task: str, data: Path, workers: int) -> tuple[float, float]:
    from pedell.drivers.api import Deadline
    from pedell.model.actor import Actor, VerifiedBy
    from pedell.service.runs import RunRequest

    service = service_for(addresses, data, workers)
    actor = Actor("system", "system:benchmark", VerifiedBy.OS)
    host = service.runs.host()
    assert host.start(everything=False)
    ticket = str(service.tickets.new("benchmark").no)
    started, spent = time.perf_counter(), cpu()
    number = service.runs.submit(RunRequest(task, "kind=bench", ticket, actor)).no
    host.adopt(number)
    while not service.runs.progress(number, 2**62).done:
        time.sleep(0.25)
    wall, used = time.perf_counter() - started, cpu() - spent
    host.stop(Deadline.after(10))
    counts = service.runs.show(number, limit=1).run.counts
    assert counts == {"done": len(addresses)}, counts
    service.around.close()
    return wall, used


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def arm(name: str, task: str, workers: int, addresses: list[str], key: str) -> dict[str, float]:
    """Visit all switches once; a first visit, not counted, loads what is loaded on first use."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        (data / "ssh").mkdir(mode=0o700)
        lines = [
            f"[{address.rpartition(':')[0]}]:{address.rpartition(':')[2]} {key}" for address in addresses
        ]
        (data / "ssh" / "known_hosts").write_text("\n".join([*lines, ""]))
        for address, line in zip(addresses, lines, strict=True):
            # Paramiko reads the whole file for each connection; a file each spares netmiko that.
            (data / address).write_text(f"{line}\n")
        visits: dict[str, Callable[[str], None]] = {
            "stock netmiko": lambda address: stock(address, task, data),
            "ours, stock terminal": lambda address: ours_bare(address, task, data, "stock"),
            "ours, bare": lambda address: ours_bare(address, task, data, "fast"),
        }
        visit = visits.get(name)
        (visit or visits["ours, bare"])(addresses[0])
        if visit is None:
            wall, used = journalled(addresses, task, data, workers)
        else:
            started, spent = time.perf_counter(), cpu()
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(visit, addresses))
            wall, used = time.perf_counter() - started, cpu() - spent
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rate": len(addresses) / wall, "cpu": used / len(addresses) * 1000, "memory": memory}


def measure(name: str, task: str, workers: int, stage: dict[str, Any]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, "--arm", name, "--task", task, "--workers", str(workers)],
        input=json.dumps(stage), capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{name}, {task}, {workers}: {done.stderr[-2000:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


Found = dict[tuple[str, str, int], list[dict[str, float]]]


def one_round(number: int, workers: tuple[int, ...], stage: dict[str, Any], found: Found) -> None:
    """All arms, in another order each time."""
    for task in TASKS:
        for at_once in workers:
            for name in ARMS if number % 2 == 0 else ARMS[::-1]:
                if name == "ours, stock terminal" and at_once != WORKERS[0]:
                    continue
                found.setdefault((name, task, at_once), []).append(measure(name, task, at_once, stage))


def earlier(file: Path | None) -> Found:
    """The rounds that were kept in a file."""
    found: Found = {}
    if file is not None and file.exists():
        for row in map(json.loads, file.read_text().splitlines()):
            found.setdefault((row["arm"], row["task"], row["at_once"]), []).append(row["found"])
    return found


def keep(file: Path, found: Found) -> None:
    rows = [
        json.dumps({"arm": name, "task": task, "at_once": at_once, "found": each})
        for (name, task, at_once), rounds in found.items()
        for each in rounds
    ]
    file.write_text("\n".join([*rows, ""]))


# Ansible

INVENTORY = """\
[switches]
{hosts}
[switches:vars]
ansible_connection=ansible.netcommon.network_cli
ansible_network_os=cisco.ios.ios
ansible_network_cli_ssh_type=paramiko
ansible_user=pedell
ansible_password=schule
ansible_host_key_checking=true
ansible_paramiko_host_key_checking=false
"""
PLAY = """\
- hosts: switches
  gather_facts: false
  tasks:
{tasks}
"""
COMMANDS = {
    "one": [f"show interfaces {PORT}"],
    "five": [
        f"show interfaces {PORT}", "configure terminal", f"interface {PORT}", "shutdown", "end", "configure terminal",
        f"interface {PORT}", "no shutdown", "end", f"show interfaces {PORT}", "write memory",
    ],
}  # fmt: skip


def ansible_home() -> Path | None:
    """A virtual environment with Ansible, made once; None where it cannot be had."""
    home = Path(__file__).resolve().parent.parent / ".venv-ansible"
    playbook = home / "bin" / "ansible-playbook"
    if playbook.exists():
        return home
    if home.exists():
        shutil.rmtree(home)
    made = subprocess.run([sys.executable, "-m", "venv", str(home)], check=False, timeout=300)
    if made.returncode == 0:
        got = subprocess.run(
            [str(home / "bin" / "pip"), "install", "-q", "ansible", "paramiko<4"],
            check=False,
            timeout=900,
        )
        if got.returncode == 0 and playbook.exists():
            return home
    shutil.rmtree(home, ignore_errors=True)
    return None


def ansible(home: Path, task: str, forks: int, addresses: list[str]) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        rows = [
            f"sw{n} ansible_host={address.rpartition(':')[0]} ansible_port={address.rpartition(':')[2]}"
            for n, address in enumerate(addresses)
        ]
        tasks = "".join(
            f"    - ansible.netcommon.cli_command: {{command: {json.dumps(command)}}}\n"
            for command in COMMANDS[task]
        )
        (place / "hosts").write_text(INVENTORY.format(hosts="\n".join(rows)))
        (place / "play.yaml").write_text(PLAY.format(tasks=tasks))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        done = subprocess.run(
            [
                str(home / "bin" / "ansible-playbook"), "-i", str(place / "hosts"), "-f", str(forks),
                str(place / "play.yaml"),
            ],
            capture_output=True, text=True, check=False, timeout=900,
            env={**os.environ, "HOME": folder, "ANSIBLE_HOST_KEY_CHECKING": "False", "ANSIBLE_NOCOLOR": "1"},
        )  # fmt: skip
        wall = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            raise SystemExit(f"ansible: {(done.stdout + done.stderr)[-3000:]}")
        # Its connection helpers outlive the play by up to 30 seconds; what they used is not even counted here.
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return {"rate": len(addresses) / wall, "cpu": used / len(addresses) * 1000, "memory": 0.0}


# The report


def spread(values: list[float], form: str = "{:.2f}") -> str:
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{form.format(middle)} ({form.format(low)} to {form.format(high)})"


def table(found: Found, workers: tuple[int, ...]) -> None:
    for task in TASKS:
        for at_once in workers:
            base = found.get(("stock netmiko", task, at_once), [])
            for name in ARMS:
                rounds = found.get((name, task, at_once))
                if not rounds:
                    continue
                rate = statistics.median(each["rate"] for each in rounds)
                used = statistics.median(each["cpu"] for each in rounds)
                memory = statistics.median(each["memory"] for each in rounds)
                faster = spread(
                    [ours["rate"] / theirs["rate"] for ours, theirs in zip(rounds, base, strict=True)]
                )
                dearer = spread(
                    [ours["cpu"] / theirs["cpu"] for ours, theirs in zip(rounds, base, strict=True)]
                )
                print(
                    f"| {task} | {at_once} | {name} | {rate:.1f} | {faster} | {used:.1f} | {dearer} | {memory:.0f} |",
                    flush=True,
                )


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--quick", action="store_true", help="one round, 40 switches, 10 at once")
    asked.add_argument("--rounds", type=int, default=9)
    asked.add_argument("--switches", type=int, default=200)
    asked.add_argument("--workers", type=int, default=0)
    asked.add_argument("--keep", type=Path, help="file that rounds are added to, and reported from")
    asked.add_argument("--ansible", action="store_true", help="only the comparison with Ansible")
    asked.add_argument("--stand", type=int, default=0, help=argparse.SUPPRESS)
    asked.add_argument("--arm", default="", help=argparse.SUPPRESS)
    asked.add_argument("--task", default="", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.stand:
        asyncio.run(stand(given.stand))
        return 0
    if given.arm:
        stage = json.load(sys.stdin)
        print(json.dumps(arm(given.arm, given.task, given.workers, stage["addresses"], stage["key"])))
        return 0
    rounds, count = (1, 40) if given.quick else (given.rounds, given.switches)
    workers = (given.workers,) if given.workers else (10,) if given.quick else WORKERS
    with switches(count) as stage:
        if given.ansible:
            return beside_ansible(stage, rounds)
        found = earlier(given.keep)
        for _ in range(rounds):
            one_round(len(next(iter(found.values()), ())), workers, stage, found)
            if given.keep is not None:
                keep(given.keep, found)
        print("| task | at once | | sessions/s | beside stock | CPU ms each | beside stock | MB |")
        print("|---|---|---|---|---|---|---|---|")
        table(found, WORKERS)
    return 0


def beside_ansible(stage: dict[str, Any], rounds: int) -> int:
    home = ansible_home()
    if home is None:
        print("skipped: ansible cannot be installed here")
        return 0
    few = {**stage, "addresses": stage["addresses"][:20]}
    for task in TASKS:
        theirs, ours = [], []
        for _ in range(rounds):
            theirs.append(ansible(home, task, 10, few["addresses"]))
            ours.append(measure("ours, journalled", task, 10, few))
        for name, each in (("ansible", theirs), ("ours, journalled", ours)):
            print(
                f"| {task} | {name} | {statistics.median(r['rate'] for r in each):.2f} | "
                f"{statistics.median(r['cpu'] for r in each):.1f} |"
            )
        ratio = spread([a["cpu"] / o["cpu"] for a, o in zip(theirs, ours, strict=True)], "{:.0f}")
        print(f"{task}: Ansible needs {ratio} times our CPU")
    return 0


if __name__ == "__main__":
    sys.exit(main())
