"""Airflow's plugin: the status page, its place in the UI, the notes on runs, and a Test button that works."""

from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

from plugins import notes
from plugins.portless import PortlessTest


async def page(scope: Any, receive: Any, send: Any) -> None:
    """The page's app, imported by its first request: schedulers and workers load this file too, and never serve it."""
    from plugins.page.app import app

    await app(scope, receive, send)


class RecruitingPlugin(AirflowPlugin):
    """The page at ``/recruiting/``, shown by the UI under *Recruiting*."""

    name = "recruiting"
    listeners: ClassVar[list[Any]] = [notes]
    fastapi_apps: ClassVar[list[Any]] = [{"app": page, "url_prefix": "/recruiting", "name": "Recruiting"}]
    fastapi_root_middlewares: ClassVar[list[Any]] = [{"middleware": PortlessTest, "name": "Test without a port"}]
    external_views: ClassVar[list[Any]] = [
        {
            "name": "Recruiting",
            # Relative: the UI's base is the URL that Airflow is served under.
            "href": "recruiting/",
            "destination": "nav",
            "nav_top_level": True,
            "url_route": "recruiting",
        }
    ]
