"""Where a vendor's API is: the base URL that a connection gives in one of several spellings."""

from ipaddress import ip_address
from urllib.parse import urlsplit

VERSION = "/api/v1"


def base_url(host: str | None, port: int | None = None, scheme: str | None = None) -> str:
    """The base URL of the API, with its version, without a trailing slash.

    :param host: a URL, or a host alone: that is read over https, and over http on a loopback address
    :param port: for a host that does not give one
    :param scheme: for a host that does not give one
    :raises ValueError: no URL, or one over which the API key would travel in clear
    """
    host, named = (host or "").strip(), (scheme or "").lower()
    if "://" not in host:
        fitting = "http" if _is_loopback(urlsplit(f"//{host}").hostname) else "https"
        host = f"{named if named in ('http', 'https') else fitting}://{host}"
    url = urlsplit(host)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError("the connection has no base URL")
    if url.scheme == "http" and not _is_loopback(url.hostname):
        raise ValueError("the base URL is http, over which the API key would travel in clear")
    place = f"{url.netloc}:{port}" if port and not url.port else url.netloc
    return f"{url.scheme}://{place}{url.path.rstrip('/').removesuffix(VERSION)}{VERSION}"


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False
