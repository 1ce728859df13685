import pytest
from sqlalchemy import text

from include.errors import Permanent, WarehouseTrouble
from include.warehouse.engine import connect, spoken
from include.warehouse.staging import copy
from include.warehouse.tables import owners
from tests.ingestion import rows


def test_the_driver_is_psycopg2_whatever_the_url_names():
    for url in ("postgresql://localhost/x", "postgresql+psycopg://localhost/x", "postgresql+psycopg2://localhost/x"):
        assert connect(url).driver == "psycopg2"


def test_options_of_the_url_win_over_ours():
    assert connect("postgresql://localhost/x?connect_timeout=3").url.query["connect_timeout"] == "3"


def test_a_server_that_is_not_there_is_trouble():
    with pytest.raises(WarehouseTrouble, match="Connection refused") as trouble, spoken():
        connect("postgresql://localhost:1/x").connect()
    assert "\n" not in str(trouble.value)


@pytest.mark.parametrize(
    "use",
    [lambda conn: conn.execute(text("select 1")), lambda conn: copy(conn, owners, [("t", "s", "o", "now")])],
    ids=["statement", "copy"],
)
def test_a_connection_that_breaks_is_trouble(engine, use):
    @spoken()
    def lose():
        with engine.begin() as conn:
            pid = conn.scalar(text("select pg_backend_pid()"))
            with engine.begin() as other:
                other.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": pid})
            use(conn)

    with pytest.raises(WarehouseTrouble, match=r"terminating connection|server closed the connection"):
        lose()
    assert rows(engine, "select 1") == [1]


@pytest.mark.parametrize(
    "statement",
    [
        "select cast('noor@example.com' as integer)",
        "select cast('noor@example.com' as date)",
        "insert into ingest.owners values ('t', 's', 'noor@example.com'), ('t', 's', 'noor@example.com')",
        "insert into ingest.owners values (null, 'noor@example.com', 'noor@example.com')",
    ],
)
def test_no_error_holds_a_value(engine, statement):
    with pytest.raises(Permanent) as refusal, spoken(), engine.begin() as conn:
        conn.execute(text(statement))
    assert "noor" not in str(refusal.value)
    assert refusal.value.__suppress_context__


def test_an_error_says_what_postgres_says(engine):
    with pytest.raises(Permanent, match='relation "nowhere" does not exist'), spoken(), engine.begin() as conn:
        conn.execute(text("select * from nowhere"))
