"""A real Request Tracker of a test's own: a copy of the packaged database, own port, own site config.

Sources: Debian's request-tracker5 5.0.3; `RT_SITE_CONFIG` and `RT_SITE_CONFIG_DIR` are read by lib/RT/Config.pm.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free

SHARE = Path("/usr/share/request-tracker5")
DATABASE = Path("/var/lib/dbconfig-common/sqlite3/request-tracker5/rtdb")
SECRET = "scrip-secret"
BOT = "pedell-bot"

# What docs/request-tracker.md tells an administrator to do by hand.
SET_UP = r"""
use lib '/usr/share/request-tracker5/lib'; use RT -init;
my ($scrip_file, $hook) = @ARGV;
my $queue = RT::Queue->new(RT->SystemUser); $queue->Load('General');
my @rights = qw(SeeQueue ShowTicket ShowTicketComments CreateTicket CommentOnTicket ModifyTicket);
for my $who (['pedell-bot', @rights], ['teacher', qw(SeeQueue ShowTicket CreateTicket ReplyToTicket)],
             ['reader', qw(SeeQueue ShowTicket ShowTicketComments CommentOnTicket)]) {
  my ($name, @granted) = @$who;
  my $user = RT::User->new(RT->SystemUser);
  $user->Create(Name => $name, EmailAddress => "$name\@example.test", Privileged => 1);
  $user->Load($name);
  $user->PrincipalObj->GrantRight(Right => $_, Object => $queue) for @granted;
  my ($ok, $msg, $auth) = RT::AuthToken->new(RT->SystemUser)->Create(Owner => $user->id, Description => 'test');
  print "$name $auth\n";
}
if ($scrip_file) {
  open my $in, '<:encoding(UTF-8)', $scrip_file or die $!; my $code = do { local $/; <$in> };
  $code =~ s{https://pedell\.example\.org/hooks/rt}{$hook} or die 'no address in the scrip';
  $code =~ s{the-secret-of-both-sides}{scrip-secret} or die 'no secret in the scrip';
  my ($id, $said) = RT::Scrip->new(RT->SystemUser)->Create(Description => 'Tell Pedell', Queue => 0,
    ScripCondition => 'On Transaction', ScripAction => 'User Defined', Template => 'Blank',
    CustomPrepareCode => 'return 1;', CustomCommitCode => $code);
  die $said unless $id;
}
"""


@dataclass(frozen=True)
class RealServer:
    """Where it is, and a token per user."""

    url: str
    tokens: dict[str, str]


@contextmanager
def running(scrip: str = "", hook: str = "", port: int = 0) -> Iterator[RealServer]:
    """Start it, with users and perhaps the scrip; stop it and remove everything at the end."""
    home = Path(tempfile.mkdtemp(prefix="pedell-rt-"))
    port = port or free()
    url = f"http://127.0.0.1:{port}"
    try:
        shutil.copy(DATABASE, home / "rtdb")
        config = home / "site.d"
        config.mkdir()
        (home / "site.pm").write_text("1;\n")
        (config / "10-test.pm").write_text(
            f"""
Set($rtname, 'rt.example.test'); Set($Organization, 'example.test');
Set($CorrespondAddress, 'rt@example.test'); Set($CommentAddress, 'rt-comment@example.test');
Set($WebDomain, '127.0.0.1'); Set($WebPort, {port}); Set($WebPath, ''); Set($WebBaseURL, '{url}'); Set($WebURL, '{url}/');
Set($DatabaseType, 'SQLite'); Set($DatabaseName, '{home}/rtdb'); Set($DatabaseHost, ''); Set($DatabaseUser, '');
Set($MailCommand, 'testfile'); Set($LogToSyslog, undef); Set($LogToSTDERR, 'warning'); Set($Timezone, 'UTC');
1;
"""
        )
        (home / "set-up.pl").write_text(SET_UP)
        (home / "scrip.pl").write_text(scrip, "utf-8")
        for path in (home, *home.rglob("*")):
            shutil.chown(path, "www-data", "www-data")
        environment = {
            "PATH": "/usr/bin:/bin", "HOME": str(home), "TMPDIR": str(home), "LANG": "C.UTF-8",
            "RT_SITE_CONFIG": str(home / "site.pm"), "RT_SITE_CONFIG_DIR": str(config),
        }  # fmt: skip
        made = subprocess.run(
            ["perl", str(home / "set-up.pl"), str(home / "scrip.pl") if scrip else "", hook], env=environment, cwd=home,
            user="www-data", group="www-data", extra_groups=[], capture_output=True, text=True, timeout=200, check=True,
        )  # fmt: skip
        tokens = dict(line.split(" ", 1) for line in made.stdout.splitlines())
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(
                [str(SHARE / "libexec/rt-server"), "--server", "Starlet", "--host", "127.0.0.1", "--port", str(port), "--max-workers", "2"],
                env=environment, cwd=home, user="www-data", group="www-data", extra_groups=[], stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        try:
            _wait(server, url, home / "log")
            yield RealServer(url, tokens)
        finally:
            _stop(server)
    finally:
        shutil.rmtree(home)


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + 150
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{url}/REST/2.0/rt", timeout=30).close()
        except urllib.error.HTTPError as answer:
            answer.close()
            return  # 401: it is up and wants a token
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"Request Tracker did not come up: {log.read_text('utf-8', 'replace')[-2000:]}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.wait(30)
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)  # workers that did not follow
    server.wait(30)
