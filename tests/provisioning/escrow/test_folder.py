"""Shares of words: enough of them open the file, fewer tell nothing, typed ones are forgiven."""

import itertools
from pathlib import Path

import pytest

from protocol.errors import SharesError, UsageError
from provisioning.escrow.folder import export, open_sealed, words_on
from provisioning.escrow.sealed import What, read_sealed
from provisioning.escrow.shares import combine, split
from tests.builders.chance import SeededRandomness

COUNTY = "月亮 沙发 报纸 袜子 画家 隧道 渔夫 口袋 麻布 医院"
SECRET = bytes(range(32))


def sealed_in(folder: Path, *, seed: int = 1, what: What = What.ROOT) -> tuple[Path, list[Path]]:
    return export(
        folder,
        what=what,
        county=COUNTY,
        secret=SECRET,
        threshold=3,
        shares=5,
        randomness=SeededRandomness(seed),
    )


def test_any_three_of_five_open_it(tmp_path: Path) -> None:
    file, papers = sealed_in(tmp_path)
    for some in itertools.combinations(papers, 3):
        assert open_sealed(file, some)[1] == SECRET


def test_two_do_not(tmp_path: Path) -> None:
    file, papers = sealed_in(tmp_path)
    for some in ((), papers[:1], papers[:2], [papers[0]] * 3):
        with pytest.raises(SharesError):
            open_sealed(file, some)


def test_shares_of_another_file_do_not(tmp_path: Path) -> None:
    file, papers = sealed_in(tmp_path / "one")
    _, others = sealed_in(tmp_path / "two", seed=2)
    for some in (others[:3], [*papers[:2], others[2]]):
        with pytest.raises(SharesError):
            open_sealed(file, some)


def test_a_changed_file_does_not_open(tmp_path: Path) -> None:
    file, papers = sealed_in(tmp_path)
    text = file.read_text("utf-8")
    for changed in (
        text.replace("root", "keys"),
        text.replace("月亮", "太阳"),
        text[:-20],
        "{}",
        "[" * 100_000,
        '{"what":"root","county":"x","sealed":"!"}',
    ):
        file.write_text(changed, "utf-8")
        with pytest.raises(SharesError):
            open_sealed(file, papers[:3])


def test_no_file_holds_the_secret_in_clear(tmp_path: Path) -> None:
    sealed_in(tmp_path)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert SECRET not in path.read_bytes()
            assert SECRET.hex() not in path.read_text("utf-8")
            assert path.stat().st_mode & 0o077 == 0


def test_words_that_were_typed_from_paper_are_forgiven(tmp_path: Path) -> None:
    file, papers = sealed_in(tmp_path)
    words = words_on(papers[0].read_text("utf-8"))
    assert len(words.split()) == 33
    papers[0].write_text(words.upper().replace(" ", "\n  "), "utf-8")
    assert open_sealed(file, papers[:3])[1] == SECRET


def test_one_wrong_word_is_noticed(tmp_path: Path) -> None:
    file, papers = sealed_in(tmp_path)
    words = words_on(papers[0].read_text("utf-8")).split()
    papers[0].write_text(" ".join([*words[:-1], "academic"]), "utf-8")
    with pytest.raises(SharesError):
        open_sealed(file, papers[:3])


def test_nothing_is_written_over(tmp_path: Path) -> None:
    file, _ = sealed_in(tmp_path)
    before = file.read_bytes()
    with pytest.raises(UsageError):
        sealed_in(tmp_path, seed=2)
    assert file.read_bytes() == before
    assert sealed_in(tmp_path, what=What.KEYS)[0].name == "keys.sealed"


@pytest.mark.parametrize(("threshold", "shares"), [(1, 1), (1, 3), (4, 3), (2, 17), (0, 0)])
def test_numbers_that_are_no_safeguard_are_refused(threshold: int, shares: int) -> None:
    with pytest.raises(UsageError):
        split(SECRET, threshold=threshold, shares=shares)


def test_shares_of_a_shorter_key_are_not_ours() -> None:
    with pytest.raises(SharesError):
        combine(split(bytes(16), threshold=2, shares=2))


def test_a_sealed_file_reads_back(tmp_path: Path) -> None:
    file, _ = sealed_in(tmp_path)
    sealed = read_sealed(file.read_bytes())
    assert (sealed.what, sealed.county) == (What.ROOT, COUNTY)
