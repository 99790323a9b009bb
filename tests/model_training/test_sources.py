"""Folders and archives, some of them hostile."""

from __future__ import annotations

import io
import random
import tarfile
import zipfile
from pathlib import Path

import pytest

from model_training.data import sources
from model_training.data.sources import Item, Refused, SourceError, count, is_music, items


def found(place: Path) -> tuple[dict[str, bytes], dict[str, str]]:
    """Files that were read, by name, and reasons of the others."""
    read, refused = {}, {}
    for item in items(place, place.name):
        if isinstance(item, Item):
            read[item.name] = item.read()
            assert len(read[item.name]) == item.size
        else:
            refused[item.name] = item.reason
    return read, refused


def tar(path: Path, mode: str, **files: bytes) -> None:
    with tarfile.open(path, mode) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def test_folders_in_folders(tmp_path: Path) -> None:
    music = tmp_path / "music"
    (music / "a" / "b").mkdir(parents=True)
    (music / "a" / "b" / "deep.MID").write_bytes(b"1")
    (music / "top.musicxml").write_bytes(b"2")
    (music / "notes.txt").write_bytes(b"3")
    (music / "._top.mid").write_bytes(b"4")
    assert found(music) == ({"music/a/b/deep.MID": b"1", "music/top.musicxml": b"2"}, {})
    assert count([music]) == 2


@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz", "x.tgz", "x.tar.xz", "x.zip"])
def test_archives(tmp_path: Path, name: str) -> None:
    files = {"inner/one.mid": b"1" * 300, "two.mxl": b"22", "__MACOSX/one.mid": b"4", "readme.md": b"3"}
    if name.endswith("zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for member, data in files.items():
                archive.writestr(member, data)
    else:
        modes = {"tar": "w", "gz": "w:gz", "tgz": "w:gz", "xz": "w:xz"}
        tar(tmp_path / name, modes[name.rpartition(".")[2]], **files)
    expected = {"inner/one.mid": b"1" * 300, "two.mxl": b"22"}
    assert found(tmp_path / name) == ({f"{name}/{member}": data for member, data in expected.items()}, {})
    read, refused = found(tmp_path)
    assert set(read) == {f"{tmp_path.name}/{name}/{member}" for member in expected}
    assert not refused
    assert count([tmp_path]) == (2 if name.endswith("zip") else None)


def test_names_that_lead_out_of_an_archive_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        for name in ("../up.mid", "/etc/root.mid", "a/../../b.mid", "C:/x.mid", "good.mid"):
            archive.writestr(name, b"1")
    tar(tmp_path / "evil.tar", "w", **{"../up.mid": b"1", "/etc/root.mid": b"1", "good.mid": b"1"})
    for name, evil in (("evil.zip", 4), ("evil.tar", 2)):
        read, refused = found(tmp_path / name)
        assert read == {f"{name}/good.mid": b"1"}
        assert list(refused.values()) == ["its name leads out of the archive"] * evil


def test_links_are_not_followed_out(tmp_path: Path) -> None:
    secret = tmp_path / "secret.mid"
    secret.write_bytes(b"secret")
    music = tmp_path / "music"
    music.mkdir()
    (music / "real.mid").write_bytes(b"1")
    (music / "inside.mid").symlink_to(music / "real.mid")
    (music / "out.mid").symlink_to(secret)
    (music / "broken.mid").symlink_to(music / "nothing")
    (music / "round").symlink_to(music, target_is_directory=True)
    read, refused = found(music)
    assert set(read) == {"music/inside.mid", "music/real.mid"}
    assert set(refused) == {"music/out.mid", "music/broken.mid"}

    with tarfile.open(tmp_path / "links.tar", "w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            info = tarfile.TarInfo(f"{kind!r}.mid")
            info.type, info.linkname = kind, str(secret)
            archive.addfile(info)
    read, refused = found(tmp_path / "links.tar")
    assert read == {}
    assert list(refused.values()) == ["a link, not a file"] * 4

    with zipfile.ZipFile(tmp_path / "links.zip", "w") as archive:
        link = zipfile.ZipInfo("link.mid")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, str(secret))
    assert found(tmp_path / "links.zip") == ({}, {"links.zip/link.mid": "a link, not a file"})


def test_bombs_are_refused_before_they_go_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("large.mid", bytes(sources.MOST_FILE_BYTES + 1))
        archive.writestr("zeros.mid", bytes(4_000_000))
        archive.writestr("small.mid", b"1")
    read, refused = found(tmp_path / "bomb.zip")
    assert set(read) == {"bomb.zip/small.mid"}
    assert refused["bomb.zip/large.mid"] == "larger than 32 MB"
    assert refused["bomb.zip/zeros.mid"].startswith("unpacks to more than 1000 times")

    monkeypatch.setattr(sources, "MOST_ARCHIVE_BYTES", 1000)
    tar(tmp_path / "long.tar.gz", "w:gz", **{"a.mid": b"1", "skipped.bin": bytes(5000), "b.mid": b"1"})
    read, refused = found(tmp_path / "long.tar.gz")
    assert (set(read), refused) == (
        {"long.tar.gz/a.mid"}, {"long.tar.gz": "the archive unpacks to more than is allowed"},
    )  # fmt: skip

    monkeypatch.setattr(sources, "MOST_ARCHIVE_FILES", 2)
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for i in range(5):
            archive.writestr(f"{i}.mid", b"1")
    read, refused = found(tmp_path / "many.zip")
    assert (len(read), len(refused)) == (2, 1)


def test_archives_within_archives_are_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.writestr("inner.zip", b"PK")
    assert found(tmp_path / "outer.zip")[1] == {"outer.zip/inner.zip": "an archive within an archive; unpack it first"}


def test_damaged_archives_are_named(tmp_path: Path) -> None:
    tar(tmp_path / "cut.tar.gz", "w:gz", **{"a.mid": random.Random(1).randbytes(90_000), "b.mid": b"1" * 9000})
    whole = (tmp_path / "cut.tar.gz").read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "no.zip").write_bytes(b"hello")
    for name in ("cut.tar.gz", "no.zip"):
        refused = [item for item in items(tmp_path / name, name) if isinstance(item, Refused)]
        assert [item.name for item in refused] == [name]
        assert "damaged archive" in refused[0].reason

    with zipfile.ZipFile(tmp_path / "flipped.zip", "w") as archive:
        archive.writestr("a.mid", b"0123456789")
    data = (tmp_path / "flipped.zip").read_bytes().replace(b"0123456789", b"0123456780")
    (tmp_path / "flipped.zip").write_bytes(data)
    for name in ("flipped.zip", "cut.tar.gz"):
        opened = items(tmp_path / name, name)
        item = next(opened)
        assert isinstance(item, Item)
        with pytest.raises(OSError, match="damaged in its archive"):
            item.read()


def test_a_single_file_and_what_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "one.mid").write_bytes(b"1")
    (tmp_path / "one.txt").write_bytes(b"1")
    assert found(tmp_path / "one.mid") == ({"one.mid": b"1"}, {})
    with pytest.raises(SourceError, match="neither a folder, an archive"):
        found(tmp_path / "one.txt")
    with pytest.raises(SourceError, match=r"There is no .*missing"):
        found(tmp_path / "missing")


@pytest.mark.parametrize(
    ("name", "music"), [("a.kar", True), ("a.MXL", True), ("._a.mid", False), ("a.mid.txt", False)]
)
def test_music_is_known_by_its_name(name: str, music: bool) -> None:
    assert is_music(name) is music
