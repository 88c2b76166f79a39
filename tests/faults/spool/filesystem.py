"""Small file systems of our own, to fill them up and to cut their power."""

import fcntl
import os
import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

IMAGE = "disk.img"
_SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN
_WITHOUT_FLUSHING_THE_JOURNAL = struct.pack("I", 2)


def run(*command: str | Path) -> None:
    """Run a program, and show what it said only when it fails."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[0]}: {done.stderr}"


def require_loop_devices() -> None:
    """Skip the test, saying why, where a file cannot be mounted."""
    if os.geteuid() != 0:
        pytest.skip("mounting a loop device needs root")
    if not Path("/dev/loop-control").exists():
        pytest.skip("there are no loop devices here")
    for program in ("mkfs.ext4", "mount", "umount"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


def make(folder: Path, megabytes: int) -> Path:
    """Make an ext4 in a file; root keeps no blocks of it for itself."""
    image = folder / IMAGE
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    run("mkfs.ext4", "-q", "-F", "-m", "0", image)
    return image


@contextmanager
def mounted(image: Path, *options: str) -> Iterator[Path]:
    """Mount a file, and always unmount it; mount and umount handle the loop device."""
    place = image.parent / "mnt"
    place.mkdir(exist_ok=True)
    run("mount", "-o", ",".join(("loop", *options)), image, place)
    try:
        yield place
    finally:
        done = subprocess.run(["umount", place], capture_output=True, check=False)
        if done.returncode:
            run("umount", "-l", place)


def occupy(path: Path) -> None:
    """Take all the room that is left."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return


def cut_power(place: Path) -> int:
    """Stop the file system: what is not on the disk by now never gets there.

    This is the call of `xfs_io -x -c shutdown`, made here in order to know the moment before it,
    which is returned in nanoseconds of the monotonic clock. It matters: ext4 lets an fsync that is
    under way during the call return without an error and without effect, as no power cut does.
    """
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        moment = time.monotonic_ns()
        fcntl.ioctl(descriptor, _SHUTDOWN, _WITHOUT_FLUSHING_THE_JOURNAL)
    finally:
        os.close(descriptor)
    return moment
