"""A backup taken while people write is whole, and a restore brings it back."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("site")]
COUNT = "from grappe.clusters.models import Cluster; print('clusters', Cluster.objects.count())"
WRITE = (
    "from grappe.clusters.actions import open_cluster; from django.utils import timezone\n"
    "for n in range(40): open_cluster(by=None, slug=f'ecrit-{n}', name='x', coordinator_email='x@y.example', on=timezone.localdate())"
)


def clusters(site) -> int:
    return int(site.run("shell", "-v", "0", "-c", COUNT).stdout.split("clusters")[1])


@pytest.fixture
def bare_site(bare):
    bare.run("cluster", "new", "vigne", "--name", "Vigne", "--coordinator", "colette@vigne.example")
    return bare


def test_a_backup_taken_while_others_write_is_restored_whole(bare_site, tmp_path):
    target = tmp_path / "sauvegarde.tar.gz"
    with ThreadPoolExecutor() as pool:
        writing = pool.submit(bare_site.run, "shell", "-v", "0", "-c", WRITE)
        bare_site.run("backup", str(target))
        writing.result()
    assert clusters(bare_site) == 41
    assert target.stat().st_mode & 0o077 == 0

    refused = bare_site.run("restore", str(target), check=False)
    assert refused.returncode == 2
    assert "--replace" in refused.stderr
    assert clusters(bare_site) == 41

    bare_site.run("restore", str(target), "--replace")
    assert 1 <= clusters(bare_site) <= 41
    assert "0 breach(es)" in bare_site.run("check").stdout


def test_what_is_no_backup_changes_nothing(bare_site, tmp_path):
    junk = tmp_path / "photo.tar.gz"
    junk.write_bytes(b"\x89PNG not an archive")
    other = tmp_path / "autre.tar.gz"
    with tarfile.open(other, "w:gz") as archive:
        archive.add(__file__, "x.py")
    for path in (junk, other, tmp_path / "absent.tar.gz"):
        done = bare_site.run("restore", str(path), "--replace", check=False)
        assert done.returncode in (1, 2)
        assert "Nothing was restored" in done.stderr
    assert clusters(bare_site) == 1


def test_a_backup_never_overwrites_another(bare_site, tmp_path):
    target = tmp_path / "sauvegarde.tar.gz"
    bare_site.run("backup", str(target))
    before = target.read_bytes()
    assert bare_site.run("backup", str(target), check=False).returncode == 2
    assert target.read_bytes() == before


def test_the_command_line_starts_from_anywhere(bare_site):
    done = subprocess.run(
        [sys.executable, "-m", "grappe.cli", "help"],
        env=bare_site.environment,
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert "backup" in done.stdout
