"""As whom the embedded PostgreSQL runs: it refuses root, and needs a user that the machine has a name for."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

# The account `daemon`: it has a row in the passwd table of every Debian, Ubuntu and Fedora.
USUAL_ACCOUNT = 1


class IdentityError(RuntimeError):
    """There is no way to run PostgreSQL as this user on this machine."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A way to run the server's programs: the command in front, our name in its eyes, the owner of its files."""

    prefix: tuple[str, ...]
    peer_name: str
    owner: int

    def wrap(self, command: list[str]) -> list[str]:
        """The command as this identity runs it."""
        return [*self.prefix, *command]

    def own(self, folder: Path) -> None:
        """Give `folder` and what is in it to the owner that the server demands (only root can meet another's files)."""
        if os.geteuid() != 0 or folder.stat().st_uid == self.owner:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.owner, self.owner, follow_symlinks=False)


def choose_identity(folder: Path, program: Path) -> Identity:
    """The first way that works here: as ourselves, in a user namespace, or (root alone) as a lesser account."""
    own = os.geteuid()
    name = _name_of(own)
    if own != 0 and name is not None:
        return Identity((), name, own)
    account = _lesser_account()
    ways = [_in_namespace(account, own)]
    if own == 0 and name is not None:
        ways.append(_as_account(account, name))
    for way in ways:
        if _works(way, folder, program):
            return way
    if own == 0:
        raise IdentityError(
            "PostgreSQL does not run as root, and neither a user namespace (unshare) nor another account (setpriv) "
            "is to be had here: run as an ordinary user, or set DATABASE_URL to a PostgreSQL >= 15"
        )
    raise IdentityError(
        f"user {own} has no name on this machine and user namespaces are switched off: "
        "give the user a passwd entry, or set DATABASE_URL to a PostgreSQL >= 15"
    )


def _in_namespace(account: pwd.struct_passwd, own: int) -> Identity:
    """Inside a user namespace we are `account`; outside, files and processes stay ours and nobody else's."""
    maps = (f"--map-user={account.pw_uid}", f"--map-group={account.pw_gid}")
    return Identity(("unshare", "--user", *maps, "--"), account.pw_name, own)


def _as_account(account: pwd.struct_passwd, name: str) -> Identity:
    """As `account` itself, which may pass through our closed folders; the account's other processes may not."""
    only = "-all,+dac_override"
    return Identity(
        (
            *("setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"),
            *(f"--inh-caps={only}", f"--ambient-caps={only}", f"--bounding-set={only}", "--no-new-privs", "--"),
        ),
        name,
        account.pw_uid,
    )


def _works(identity: Identity, folder: Path, program: Path) -> bool:
    """Whether the program runs and the folder can be written that way; where the tools are missing, it does not."""
    if shutil.which(identity.prefix[0]) is None:
        return False
    trial = ["sh", "-c", 'test -w "$0" && exec "$1" --version', str(folder), str(program)]
    return subprocess.run(identity.wrap(trial), capture_output=True, check=False).returncode == 0


def _name_of(uid: int) -> str | None:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None


def _lesser_account() -> pwd.struct_passwd:
    accounts = {account.pw_uid: account for account in pwd.getpwall() if account.pw_uid != 0}
    if not accounts:
        raise IdentityError("this machine has no account but root: set DATABASE_URL to a PostgreSQL >= 15")
    return accounts.get(USUAL_ACCOUNT) or accounts[min(accounts)]
