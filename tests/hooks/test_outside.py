"""The plugin of docs/plugins.md, copied letter by letter, in a place of its own beside Pedell."""

from __future__ import annotations

import re
import socketserver
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.commands import document, pedell
from tests.house.tree import ROOT

BLOCK = re.compile(r"^```\w+\n# (\S+\.(?:toml|py|yaml))\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Display(socketserver.StreamRequestHandler):
    """Acme's display: written from the page's sentences, not from its driver."""

    said: list[str]

    def handle(self) -> None:
        for line in self.rfile:
            order = line.decode().strip()
            self.said.append(order)
            picture = [word for word in self.said if word.startswith("PICTURE O")]
            answers = {
                "SERIAL?": "AC5-4711",
                "PICTURE?": picture[-1].removeprefix("PICTURE ") if picture else "ON",
            }
            self.wfile.write(f"{answers.get(order, 'OK')}\r\n".encode())


@pytest.fixture
def display() -> Iterator[tuple[str, list[str]]]:
    said: list[str] = []
    handler = type("Heard", (Display,), {"said": said})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"tcp://127.0.0.1:{server.server_address[1]}", said
        server.shutdown()
        thread.join()


@pytest.mark.thorough
def test_the_plugin_of_the_documentation_works_as_it_stands(
    tmp_path: Path, display: tuple[str, list[str]]
) -> None:
    address, said = display
    files = dict(BLOCK.findall((ROOT / "docs/plugins.md").read_text("utf-8")))
    assert set(files) == {
        "pyproject.toml", "acme_displays/plugin.py", "acme_displays/driver.py", "acme_displays/playbooks/acme-dark.yaml", "acme.yaml",
    }  # fmt: skip
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (tmp_path / "acme_displays/__init__.py").touch()
    # What pip would write beside the package.
    project = tomllib.loads(files["pyproject.toml"])["project"]
    folder = tmp_path / f"acme_displays-{project['version']}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    points = "".join(f"{name} = {value}\n" for name, value in project["entry-points"]["pedell"].items())
    (folder / "entry_points.txt").write_text(f"[pedell]\n{points}")
    (tmp_path / "acme.yaml").write_text(files["acme.yaml"].replace("tcp://10.20.4.20:9000", address))

    around = {"PEDELL_DATA": str(tmp_path / "data"), "PYTHONPATH": str(tmp_path)}
    [acme] = [one for one in document("plugins", apart=True, **around)["plugins"] if one["id"] == "acme"]
    assert (acme["distribution"], acme["version"], acme["error"]) == ("acme-displays", "1.0", "")
    assert acme["offers"]["drivers"] == ["acme"]
    pedell("playbooks", "lint", "--strict", "acme-dark", apart=True, **around)
    pedell("devices", "import", tmp_path / "acme.yaml", apart=True, **around)
    [checked] = document("devices", "check", "bb-b204-acme", apart=True, **around)["checks"]
    assert (checked["outcome"], checked["identity"]["serial"]) == ("ok", "AC5-4711")
    ended = pedell("run", "acme-dark", "--on", "bb-b204-acme", "--ticket", "new", apart=True, **around)
    assert "The picture was switched off and on." in ended.stdout
    assert [order for order in said if not order.endswith("?")] == ["PICTURE OFF", "PICTURE ON"]
