"""A real switch whose ports speak LLDP, with two real neighbours: one that bridges, one that does not.

lldpd runs in each namespace with a /run of its own, since its socket has a fixed place.
"""

from __future__ import annotations

import subprocess

from tests.network.real_switch import PLACES, RealSwitch, run
from tests.peers import program

# The switch's lldpd feeds an agent of net-snmp, where one listens on the AgentX socket.
_START = """
mount -t tmpfs none /run && mkdir -p /run/sshd /run/lldpd /run/agentx || exit 1
{agent}
"$LLDPD" -d {options} >>"$LOG" 2>&1 &
for i in $(seq 200); do
  "$LLDPCLI" configure lldp tx-interval 1 >/dev/null 2>&1 && break
  sleep 0.05
done
# lldpd starts paused until it has read its files, and what is configured meanwhile may pause it again.
"$LLDPCLI" resume >/dev/null 2>&1
exec "$@"
"""


class Announcing(RealSwitch):
    """`port1` leads to a switch, `port2` to a computer. `snmp` is the port of an SNMP agent on the way in; 0 for none."""

    def __init__(self, *, snmp: int = 0) -> None:
        self._snmp = snmp
        super().__init__(frr=False)
        self.agent = f"{self.address}:{snmp}"
        try:
            ip = program("ip")
            first, second = self.hosts
            run(ip, "-n", first, "link", "add", "br0", "type", "bridge")
            run(ip, "-n", first, "link", "set", "br0", "up")
            run(ip, "-n", first, "link", "set", "eth0", "master", "br0")
            for name, space in (("sw-nachbar", first), ("pc-lehrer", second)):
                self._speak(name, space)
        except BaseException:
            self.close()
            raise

    def _inside(self, *words: str) -> subprocess.Popen[bytes]:
        agent = ""
        if self._snmp:
            config = self.folder / "snmpd.conf"
            config.write_text(
                f"agentaddress udp:{self.address}:{self._snmp}\nrocommunity lesen\nrwcommunity schreiben\n"
                "master agentx\nagentXSocket /run/agentx/master\n"
            )
            agent = (
                f'"$SNMPD" -f -C -c {config} -m "" -Lf {self.folder}/snmpd.log &\n'
                "for i in $(seq 400); do [ -S /run/agentx/master ] && break; sleep 0.05; done"
            )
        script = _START.format(agent=agent, options="-x -X /run/agentx/master" if self._snmp else "")
        return self._started(self.space, script, words, "lldpd")

    def _speak(self, name: str, space: str) -> None:
        script = f"hostname {name}\n" + _START.format(agent="", options="")
        self._started(space, script, (program("sleep"), "600"), f"lldpd-{name}", "-u")

    def _started(
        self, space: str, script: str, words: tuple[str, ...], log: str, *more: str
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [program("ip"), "netns", "exec", space, program("unshare"), "-m", *more, "sh", "-c", script, "sh", *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={
                "PATH": PLACES, "HOME": "/root", "LLDPD": program("lldpd"), "LLDPCLI": program("lldpcli"),
                "SNMPD": program("snmpd") if self._snmp else "", "LOG": str(self.folder / f"{log}.log"),
                "SNMP_PERSISTENT_DIR": str(self.folder / "snmp"),
            },
        )  # fmt: skip
        self._processes.append(process)
        return process

    def close(self) -> None:
        """End what speaks in the neighbours' namespaces too."""
        for space in self.hosts:
            for pid in run(program("ip"), "netns", "pids", space, check=False).split():
                subprocess.run(["kill", "-9", pid], check=False, capture_output=True)
        super().close()
