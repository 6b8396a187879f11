"""The family's contract: what a switch and an access point can be asked for, whoever made it."""

from __future__ import annotations

from pedell.drivers.api import PROBE, REPEAT, Capability, Contract, Effect, Risk, Text, complete
from pedell_network import params as p
from pedell_network import results as r

DISRUPTIVE = Risk.DISRUPTIVE

CONTRACT = Contract(
    family="network",
    title=Text("Network", "Netzwerk"),
    kinds={
        "switch": Text("switch", "Switch"),
        "access_point": Text("access point", "WLAN-Zugangspunkt"),
    },
    capabilities=(
        Capability(
            "network.device_info",
            Text(
                "Read model, serial number, firmware and uptime",
                "Modell, Seriennummer, Firmware und Laufzeit lesen",
            ),
            result=r.DeviceInfo,
        ),
        Capability(
            "network.port_status",
            Text("Read the state of a port", "Zustand eines Ports lesen"),
            params=p.Port,
            result=r.PortStatus,
        ),
        Capability(
            "network.port_restart",
            Text("Switch a port off and on again", "Port aus- und wieder einschalten"),
            effect=Effect.REPEATABLE,
            risk=DISRUPTIVE,
            recovery=complete("network.port_enable"),
            timeout=120,
            params=p.PortRestart,
            result=r.PortChange,
        ),
        Capability(
            "network.port_disable",
            Text("Switch a port off", "Port ausschalten"),
            effect=Effect.REPEATABLE,
            risk=DISRUPTIVE,
            recovery=REPEAT,
            params=p.PortChange,
            result=r.PortChange,
        ),
        Capability(
            "network.port_enable",
            Text("Switch a port on", "Port einschalten"),
            effect=Effect.REPEATABLE,
            recovery=REPEAT,
            timeout=90,
            params=p.PortEnable,
            result=r.PortChange,
        ),
        Capability(
            "network.poe_cycle",
            Text(
                "Take the power from what hangs on a port, and give it back",
                "Strom über Ethernet am Port aus- und wieder einschalten",
            ),
            effect=Effect.REPEATABLE,
            risk=DISRUPTIVE,
            recovery=complete("network.poe_on"),
            timeout=120,
            params=p.PoeCycle,
            result=r.PortChange,
        ),
        Capability(
            "network.poe_on",
            Text("Switch a port's power over Ethernet on", "Strom über Ethernet am Port einschalten"),
            effect=Effect.REPEATABLE,
            recovery=REPEAT,
            timeout=60,
            params=p.Port,
            result=r.PortChange,
        ),
        Capability(
            "network.restart_access_point",
            Text(
                "Restart an access point through its port's power",
                "WLAN-Zugangspunkt über den Strom seines Ports neu starten",
            ),
            effect=Effect.REPEATABLE,
            risk=DISRUPTIVE,
            recovery=complete("network.poe_on"),
            timeout=120,
            params=p.PoeCycle,
            result=r.PortChange,
        ),
        Capability(
            "network.find_mac",
            Text(
                "Find the port of an address or of a neighbour by name",
                "Port zu einer Adresse oder einem Nachbarnamen finden",
            ),
            params=p.FindMac,
            result=r.FoundMac,
        ),
        Capability(
            "network.neighbours",
            Text("List the neighbours that announce themselves", "Nachbarn auflisten, die sich melden"),
            timeout=60,
            result=r.Neighbours,
        ),
        Capability(
            "network.set_access_vlan",
            Text("Put a port into a VLAN", "Port in ein VLAN setzen"),
            effect=Effect.REPEATABLE,
            risk=DISRUPTIVE,
            recovery=REPEAT,
            timeout=60,
            params=p.AccessVlan,
            result=r.PortChange,
        ),
        Capability(
            "network.save_config",
            Text(
                "Keep the running configuration over a restart", "Laufende Konfiguration dauerhaft speichern"
            ),
            effect=Effect.REPEATABLE,
            recovery=REPEAT,
            timeout=60,
            params=p.SaveConfig,
            result=r.SavedConfig,
        ),
        Capability(
            "network.backup_config",
            Text(
                "Copy the configuration, secrets masked, into Pedell's data folder",
                "Konfiguration ohne Geheimnisse in den Datenordner kopieren",
            ),
            timeout=120,
            result=r.ConfigBackup,
        ),
        Capability(
            "network.restart_device",
            Text("Restart the whole switch", "Ganzen Switch neu starten"),
            effect=Effect.ONCE,
            risk=DISRUPTIVE,
            recovery=PROBE,
            timeout=60,
            params=p.RestartDevice,
            result=r.Restarted,
        ),
    ),
)
