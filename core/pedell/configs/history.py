"""Copies of devices' configurations with their history: a bare git repository in the data folder.

`configs/history.git` holds every version: any git shows it (`git -C configs/history.git log -p`). The newest copy of
each device also lies beside it as a plain file, `configs/SITE/NAME-ID.cfg`. What is stored is text without secrets:
masking is the business of who knows the vendor. Why git and dulwich: docs/decisions/0081-configurations.md.

Any number of threads and processes may store at once: a file lock lets one commit at a time, objects and files appear
whole or not at all, and a copy that does not differ leaves no trace.
"""

from __future__ import annotations

import difflib
import fcntl
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pedell.errors import NotFoundError, StoreError
from pedell.i18n import t

if TYPE_CHECKING:
    from dulwich.objects import Blob, Commit, ObjectID, Tree
    from dulwich.refs import Ref
    from dulwich.repo import Repo

FOLDER = "configs"
REPOSITORY = "history.git"
BRANCH = cast("Ref", b"refs/heads/main")
LOCK_SECONDS = 30.0
"""How long one waits for others to store."""
_SAMPLE, _LOOSE = "17", 27
"""Of 256 folders of objects, the one that is counted, and how many make all be packed; git itself does it so."""


@dataclass(frozen=True)
class Revision:
    """One version of a device's configuration: `at` in epoch seconds, `why` the run and ticket."""

    id: str
    at: int
    why: str
    file: str

    @property
    def moment(self) -> datetime:
        """When it was stored, UTC."""
        return datetime.fromtimestamp(self.at, UTC)


@dataclass(frozen=True)
class Stored:
    """What became of a copy: `file` is its path below the data folder, `first` whether there was none of the device before."""

    file: str
    changed: bool
    revision: str
    first: bool = False


@dataclass(frozen=True)
class Subject:
    """Whose configuration it is: id (ULID), name and site as the inventory has them."""

    id: str
    name: str
    site: str = ""

    @property
    def file(self) -> str:
        """Path in the repository. The id keeps apart what differs only in characters that files cannot have."""
        return f"{_safe(self.site) or '_'}/{_safe(self.name) or 'device'}-{_safe(self.id)[-8:]}.cfg"


class History:
    """The configurations in a data folder."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._folder = data / FOLDER

    # Storing -----------------------------------------------------------------------------------------------

    def store(self, subject: Subject, text: str, why: str = "") -> Stored:
        """Keep this text where it differs from the last; `why` goes into the history.

        Raises StoreError where the folder cannot be written or others hold it for too long.
        """
        try:
            with self._alone():
                return self._store(subject, text.encode("utf-8", "replace"), why)
        except OSError as error:
            raise StoreError(
                t(
                    "{path}: the configuration cannot be stored: {error}",
                    path=self._folder,
                    error=error.strerror or error,
                )
            ) from error

    def _store(self, subject: Subject, data: bytes, why: str) -> Stored:
        from dulwich.objects import Blob

        repo = self._repository()
        try:
            blob = Blob.from_string(data)
            head = self._head(repo)
            known = self._entry(repo, head, subject)
            plain = f"{FOLDER}/{subject.file}"
            if known is not None and known[0] == subject.file and known[1] == blob.id:
                # A crash may have come between the commit and the plain file.
                self._write(subject.file, data)
                return Stored(plain, changed=False, revision=(head or b"").decode())
            commit = self._commit(repo, head, subject, blob, known[0] if known else "", why)
            self._write(subject.file, data)
            if known is not None and known[0] != subject.file:
                (self._folder / known[0]).unlink(missing_ok=True)
            same = known is not None and known[1] == blob.id
            self._tidy(repo)
            return Stored(plain, changed=not same, revision=commit.decode(), first=known is None)
        finally:
            repo.close()

    def _commit(
        self, repo: Repo, head: ObjectID | None, subject: Subject, blob: Blob, before: str, why: str
    ) -> ObjectID:
        from dulwich.objects import Commit

        from pedell.configs import objects

        root = self._tree(repo, head)
        if before and before != subject.file:
            objects.put(repo, root, before, None)
        objects.put(repo, root, subject.file, blob.id)
        made = Commit()
        made.tree = root.id
        made.parents = [head] if head else []
        made.author = made.committer = b"Pedell <pedell@localhost>"
        made.author_time = made.commit_time = int(time.time())
        made.author_timezone = made.commit_timezone = 0
        made.encoding = b"UTF-8"
        verb = "changed" if before else "first copy"
        lines = [f"{_line(subject.name)}: {verb}", "", _line(why) or "Outside of a run.", ""]
        made.message = "\n".join(
            [*lines, f"Device: {_line(subject.id)}", f"File: {subject.file}", ""]
        ).encode()
        for thing in (blob, made):
            repo.object_store.add_object(thing)
        if not repo.refs.set_if_equals(BRANCH, head, made.id):
            raise StoreError(t("somebody else changes the history of configurations; try again"))
        return made.id

    def _write(self, file: str, data: bytes) -> None:
        path = self._folder / file
        if path.exists() and path.read_bytes() == data:
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".config-")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _tidy(self, repo: Repo) -> None:
        sample = self._folder / REPOSITORY / "objects" / _SAMPLE
        if sample.is_dir() and sum(1 for _ in sample.iterdir()) > _LOOSE:
            repo.object_store.pack_loose_objects()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            until = time.monotonic() + LOCK_SECONDS
            pause = 0.002
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise StoreError(
                            t("others hold the history of configurations for too long"),
                            hint=t("see who uses {path}", path=self._folder / ".lock"),
                        ) from None
                    time.sleep(pause)
                    pause = min(0.05, pause * 1.5)
            yield
        finally:
            os.close(handle)

    def _repository(self) -> Repo:
        from dulwich.object_store import DiskObjectStore
        from dulwich.repo import Repo

        path = self._folder / REPOSITORY
        if not (path / "HEAD").exists():
            path.mkdir(mode=0o700, exist_ok=True)
            Repo.init_bare(path, default_branch=b"main").close()
        # What is committed must be there after the power fails: dulwich syncs only when told to.
        store = DiskObjectStore(path / "objects", fsync_object_files=True)
        return Repo(path, object_store=store, bare=True)

    # Looking -----------------------------------------------------------------------------------------------

    def revisions(self, subject: Subject, limit: int = 0) -> list[Revision]:
        """The versions of a device's configuration, newest first; all for `limit` 0."""
        from pedell.configs import objects

        found: list[Revision] = []
        mark = f"\nDevice: {_line(subject.id)}\n".encode()
        with self._reading() as repo:
            at = self._head(repo) if repo is not None else None
            while repo is not None and at is not None and not (limit and len(found) >= limit):
                commit = objects.commit_of(repo, at)
                if mark in commit.message:
                    found.append(_revision(at, commit))
                at = commit.parents[0] if commit.parents else None
        return found

    def latest(self, subject: Subject) -> str:
        """The newest copy of a device's configuration; empty where there is none."""
        from pedell.configs import objects

        with self._reading() as repo:
            known = self._entry(repo, self._head(repo), subject) if repo is not None else None
            if repo is None or known is None:
                return ""
            return objects.blob_of(repo, known[1]).decode("utf-8", "replace")

    def text(self, revision: Revision) -> str:
        """The configuration at that version."""
        from pedell.configs import objects

        with self._reading() as repo:
            if repo is None:
                raise NotFoundError(t("there are no configurations yet"))
            found = objects.find(
                repo, self._tree(repo, cast("ObjectID", revision.id.encode())), revision.file
            )
            if found is None:
                raise NotFoundError(t("version {id} holds no such file", id=revision.id[:12]))
            return objects.blob_of(repo, found).decode("utf-8", "replace")

    def chosen(
        self, subject: Subject, rev: str = "", since: datetime | None = None
    ) -> tuple[Revision, Revision | None]:
        """A version, and the one to compare it with; None where there is none before.

        Without anything: the newest and the one before. `rev`: that version (the beginning of its id is enough, or
        `-1` for the last but one and so on) and the one before it. `since`: the newest, and the one that held then.
        Raises NotFoundError.
        """
        found = self.revisions(subject)
        if not found:
            raise NotFoundError(
                t("there is no copy of the configuration of {name}", name=subject.name),
                hint=t("switches have one: 'pedell run backup-switches --on NAME --ticket new' copies it"),
            )
        if since is not None:
            held = [one for one in found if one.moment <= since]
            return found[0], held[0] if held else None
        at = 0
        if re.fullmatch(r"-\d{1,6}", rev):
            at = int(rev[1:])
        elif rev:
            fitting = [number for number, one in enumerate(found) if one.id.startswith(rev.lower())]
            at = fitting[0] if len(fitting) == 1 and len(rev) >= 4 else len(found)
        if at >= len(found):
            raise NotFoundError(
                t("{name} has no version {rev}", name=subject.name, rev=rev), hint=t("see --history")
            )
        return found[at], found[at + 1] if at + 1 < len(found) else None

    def diff(self, new: Revision, old: Revision | None) -> str:
        """What changed between two versions, as a unified diff; empty where nothing did."""
        before = self.text(old).splitlines() if old is not None else []
        lines = difflib.unified_diff(
            before, self.text(new).splitlines(), old.id[:12] if old else "/dev/null", new.id[:12], lineterm=""
        )
        return "".join(f"{line}\n" for line in lines)

    @contextmanager
    def _reading(self) -> Iterator[Repo | None]:
        if not (self._folder / REPOSITORY / "HEAD").exists():
            yield None
            return
        repo = self._repository()
        try:
            yield repo
        finally:
            repo.close()

    def _head(self, repo: Repo) -> ObjectID | None:
        try:
            return repo.refs[BRANCH]
        except KeyError:
            return None

    def _tree(self, repo: Repo, commit: ObjectID | None) -> Tree:
        from dulwich.objects import Tree

        from pedell.configs import objects

        if commit is None:
            return Tree()
        found = repo[objects.commit_of(repo, commit).tree]
        assert isinstance(found, Tree)
        return found

    def _entry(self, repo: Repo, head: ObjectID | None, subject: Subject) -> tuple[str, ObjectID] | None:
        """File and blob of the device's newest copy, also where it was called otherwise or stood elsewhere."""
        from pedell.configs import objects

        root = self._tree(repo, head)
        found = objects.find(repo, root, subject.file)
        if found is not None:
            return subject.file, found
        ending = subject.file.rsplit("-", 1)[1].encode()
        for site in root.items():
            for entry in objects.subtree(repo, root, site.path).items():
                if entry.path.endswith(b"-" + ending):
                    return f"{site.path.decode()}/{entry.path.decode()}", entry.sha
        return None


def _revision(at: ObjectID, commit: Commit) -> Revision:
    lines = commit.message.decode("utf-8", "replace").splitlines()
    file = next((line[6:] for line in lines if line.startswith("File: ")), "")
    why = lines[2] if len(lines) > 2 else ""
    return Revision(at.decode(), int(commit.commit_time), why, file)


def _safe(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", text).lstrip(".")[:100]


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]
