"""The status page's app: one page and its files, read-only, behind Airflow's login."""

import logging
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
from airflow.api_fastapi.core_api.security import requires_access_view
from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.staticfiles import StaticFiles

from include.errors import IngestError, Misconfigured, Permanent, Transient, WarehouseRefusal
from include.warehouse.status import status
from plugins.hooks.warehouse import warehouse
from plugins.page.wording import FILTERS

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "connect-src 'self'",
            "img-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
        )
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

# Hosts and roles are for those who may read the log.
SENTENCES: dict[type[IngestError], str] = {
    Transient: "Postgres cannot be reached or does not answer in time: the log of Airflow's API server says more.",
    Misconfigured: "The connection recruiting_postgres is not defined: add it under Admin > Connections.",
    WarehouseRefusal: "Postgres refuses the connection recruiting_postgres: the log of Airflow's API server says why.",
    Permanent: "The warehouse is not migrated to this version of the project: trigger an ingest DAG, its plan does it.",
}

# Whoever may see Airflow's plugins may see the page; its own docs would be open to everybody.
app = FastAPI(
    docs_url=None,
    redoc_url=None,
    openapi_url=None,
    dependencies=[Depends(requires_access_view(AccessView.PLUGINS))],
)
files = StaticFiles(directory=HERE / "static", check_dir=False)


@app.middleware("http")
async def guarded(request: Request, proceed: Callable[[Request], Awaitable[Response]]) -> Response:
    """Every answer, a refusal too, with the headers that keep the page to itself."""
    answer = await proceed(request)
    answer.headers.update(HEADERS)
    return answer


@app.get("/", response_class=HTMLResponse)
def page() -> HTMLResponse:
    """The page; 503 and one sentence where the warehouse does not answer."""
    fresh = {"Cache-Control": "no-store"}
    try:
        with warehouse() as engine:
            shown = _rendered("status.html", status=status(engine))
    except IngestError as fault:
        log.warning("The status page has nothing to show: %s", fault)
        sentence = next(sentence for kind, sentence in SENTENCES.items() if isinstance(fault, kind))
        return HTMLResponse(_rendered("away.html", sentence=sentence), 503, fresh)
    return HTMLResponse(shown, 200, fresh)


@app.get("/static/{path:path}")
async def file(path: str, request: Request) -> Response:
    """A style, a script or a licence. Not mounted: a mount would be open to everybody."""
    answer = await files.get_response(path, request.scope)
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer


def _rendered(template: str, **known: object) -> str:
    return _templates().get_template(template).render(**known)


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(FILTERS)
    return templates
