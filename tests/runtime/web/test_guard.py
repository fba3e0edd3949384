"""Guards: only our host, only our own pages' forms, only the form of this login."""

import pytest
from aiohttp.test_utils import make_mocked_request

from protocol.errors import PageForeignError, PageHostError
from runtime.web.guard import FormTokens, Hosts

HOSTS = Hosts()
HOSTS.open_at(8450, ("127.0.0.1", "localhost", "::1", "console.lz.gov.cn:443"))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8450",
        "LOCALHOST:8450",
        "[::1]:8450",
        "console.lz.gov.cn",
        "console.lz.gov.cn:443",
    ],
)
def test_our_own_hosts_are_answered(host: str) -> None:
    HOSTS.check(make_mocked_request("GET", "/", {"Host": host}))


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "evil.example:8450", "127.0.0.1", "127.0.0.1:1", "console.lz.gov.cn:8450",
     "127.0.0.1.evil.example:8450", "127.0.0.1:8450:8450", "[::1", "a@127.0.0.1:8450x", "x:99999"],
)  # fmt: skip
def test_any_other_host_is_refused(host: str) -> None:
    with pytest.raises(PageHostError):
        HOSTS.check(make_mocked_request("GET", "/", {"Host": host}))


@pytest.mark.parametrize(
    "headers",
    [
        {},  # a very old browser; the token in the form decides
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://127.0.0.1:8450"},
        {"Origin": "https://console.lz.gov.cn"},
    ],
)
def test_our_own_pages_may_change_something(headers: dict[str, str]) -> None:
    HOSTS.check_origin(make_mocked_request("POST", "/", headers))


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:8450"},
        {"Origin": "https://127.0.0.1:8451"},
        {"Origin": "https://127.0.0.1:8450", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_no_other_site_may_change_anything(headers: dict[str, str]) -> None:
    with pytest.raises(PageForeignError):
        HOSTS.check_origin(make_mocked_request("POST", "/", headers))


def test_a_form_is_of_one_login_only() -> None:
    tokens = FormTokens(b"secret")
    token = tokens.of("cookie")
    assert tokens.fits("cookie", token)
    assert not tokens.fits("another", token)
    assert not tokens.fits("cookie", "")
    assert not tokens.fits("", tokens.of(""))
    assert not FormTokens(b"another start").fits("cookie", token)
