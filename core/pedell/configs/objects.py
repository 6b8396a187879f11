"""Trees, commits and files of a git repository with one folder per site. Loads dulwich."""

from __future__ import annotations

from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.repo import Repo

FILE, TREE = 0o100644, 0o040000
"""Modes of an ordinary file and of a folder."""


def subtree(repo: Repo, root: Tree, name: bytes) -> Tree:
    """A site's folder; empty where there is none."""
    if name not in root:
        return Tree()
    found = repo[root[name][1]]
    return found if isinstance(found, Tree) else Tree()


def find(repo: Repo, root: Tree, file: str) -> ObjectID | None:
    """The id of a file's content, or None."""
    site, _, name = file.encode().partition(b"/")
    folder = subtree(repo, root, site)
    return folder[name][1] if name in folder else None


def put(repo: Repo, root: Tree, file: str, blob: ObjectID | None) -> None:
    """Set or remove one file in a tree of trees, and store what became of it."""
    site, _, name = file.encode().partition(b"/")
    folder = subtree(repo, root, site)
    if blob is not None:
        folder[name] = (FILE, blob)
    elif name in folder:
        del folder[name]
    if len(folder):
        repo.object_store.add_object(folder)
        root[site] = (TREE, folder.id)
    elif site in root:
        del root[site]
    repo.object_store.add_object(root)


def commit_of(repo: Repo, at: ObjectID) -> Commit:
    """A commit."""
    found = repo[at]
    assert isinstance(found, Commit)
    return found


def blob_of(repo: Repo, at: ObjectID) -> bytes:
    """The content of a file."""
    found = repo[at]
    assert isinstance(found, Blob)
    data: bytes = found.data
    return data
