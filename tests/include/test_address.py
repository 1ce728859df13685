import pytest

from include.address import base_url


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("https://app.leonar.app",), "https://app.leonar.app/api/v1"),
        (("https://app.leonar.app/",), "https://app.leonar.app/api/v1"),
        (("https://app.leonar.app/api/v1/",), "https://app.leonar.app/api/v1"),
        (("app.leonar.app",), "https://app.leonar.app/api/v1"),
        (("app.leonar.app", 8443), "https://app.leonar.app:8443/api/v1"),
        (("https://proxy.example.com/leonar",), "https://proxy.example.com/leonar/api/v1"),
        (("http://127.0.0.1:8080",), "http://127.0.0.1:8080/api/v1"),
        (("127.0.0.1", 8080), "http://127.0.0.1:8080/api/v1"),
        (("localhost:8080",), "http://localhost:8080/api/v1"),
        (("localhost", 8080, "https"), "https://localhost:8080/api/v1"),
        (("[::1]", 8080), "http://[::1]:8080/api/v1"),
    ],
)
def test_a_base_url_may_be_spelled_in_several_ways(given, expected):
    assert base_url(*given) == expected


@pytest.mark.parametrize("host", [None, "", "  ", "https://", "ftp://127.0.0.1", "file:///etc/hosts"])
def test_what_is_no_base_url_is_refused(host):
    with pytest.raises(ValueError, match="no base URL"):
        base_url(host)


@pytest.mark.parametrize("given", [("http://app.leonar.app",), ("app.leonar.app", 80, "http"), ("http://10.0.0.7",)])
def test_the_key_does_not_travel_in_clear(given):
    with pytest.raises(ValueError, match="in clear"):
        base_url(*given)
