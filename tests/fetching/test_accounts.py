"""Accounts come from the environment or the keyring, and are shown nowhere, whatever a publisher sends back."""

import json
import sys
import traceback
import types

import pytest

from analysis.errors import StudyError, UsageError
from analysis.fetching.accounts import HIDDEN, Account
from tests.fetching.desk import FLAT, PASSWORD, PLACED, TABLEFILE, USER, Desk, message, zipped
from tests.fetching.server import Behaviour, cut, redirect, send, status


def test_without_an_account_nothing_is_asked_and_the_variables_are_named(desk: Desk) -> None:
    with pytest.raises(UsageError, match=r"Register at https.*INDUSTRIEMONITOR_REGIONALSTATISTIK_PASSWORD"):
        desk.file("13111-01-03-4")
    with pytest.raises(UsageError, match="INDUSTRIEMONITOR_GENESIS_USER alone"):
        desk.file("81000-0001")
    assert not desk.server.asked


def test_a_token_needs_no_password_where_tokens_are_taken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDUSTRIEMONITOR_GENESIS_USER", "0123456789abcdef")
    monkeypatch.setenv("INDUSTRIEMONITOR_REGIONALSTATISTIK_USER", USER)
    desk.server.plan(send(zipped(FLAT)), path=TABLEFILE)
    assert desk.file("81000-0001")
    assert (desk.server.asked[0].headers["username"], desk.server.asked[0].headers["password"]) == (
        "0123456789abcdef",
        "",
    )
    with pytest.raises(UsageError, match="none is set"):
        desk.file("13111-01-03-4")


@pytest.mark.parametrize("password", ["geheim-4711\n", "geheim-4711\r\nX-Other: 1", " geheim-4711"])
def test_an_account_no_header_can_carry_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setenv("INDUSTRIEMONITOR_GENESIS_USER", USER)
    monkeypatch.setenv("INDUSTRIEMONITOR_GENESIS_PASSWORD", password)
    with pytest.raises(UsageError, match="INDUSTRIEMONITOR_GENESIS_PASSWORD begins or ends") as caught:
        desk.file("81000-0001")
    assert "geheim" not in str(caught.value) and not desk.server.asked


def test_the_keyring_is_asked_where_the_environment_says_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = types.ModuleType("keyring")
    keyring.__spec__ = types.SimpleNamespace()
    stored = {"industriemonitor-genesis": types.SimpleNamespace(username=USER, password=PASSWORD)}
    keyring.get_credential = lambda service, _: stored.get(service)
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    desk.server.plan(send(zipped(FLAT)), path=TABLEFILE)
    assert desk.file("81000-0001")
    assert desk.server.asked[0].headers["username"] == USER
    with pytest.raises(UsageError, match="none is set"):
        desk.file("13111-01-03-4")


ECHOES = [
    message(7, f"Nutzer {USER} mit {PASSWORD} ist unbekannt"),
    message(7, "x" * 290 + PASSWORD),
    message(104, f"Für {USER} gibt es keine Objekte"),
    message(99, PLACED),
    send(f"<html><title>{PASSWORD}</title>".encode()),
    send(f"<html><title>{'x' * 72}{PASSWORD}</title>".encode()),
    send(b"<html><title>geheim &lt;4711&gt; \xc3\xa4</title>"),
    send(f"geo;{USER}\n".encode()),
    send(json.dumps({"error": PASSWORD}, ensure_ascii=False).encode()),
    send(zipped(f"<html>{PASSWORD}".encode())),
    status(403, X_Echo=USER),
    status(500, X_Echo=USER),
    redirect("https://example.org/?password=geheim"),
    redirect("http://geheim:geheim@example.org/"),
    cut(zipped(FLAT), 30, ETag=f'"{USER}"'),
]


@pytest.mark.parametrize("echo", ECHOES)
def test_an_account_that_is_sent_back_is_neither_shown_nor_kept(
    desk: Desk, account: None, echo: Behaviour, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    desk.server.plan(echo, path=TABLEFILE)
    with pytest.raises(StudyError) as caught:
        desk.file("13111-01-03-4")
    shown = "".join(capfd.readouterr()) + caplog.text + "".join(desk.told) + repr(caught.value.args)
    seen: BaseException | None = caught.value
    while seen is not None:
        shown += "".join(traceback.format_exception_only(seen)) + repr(vars(seen))
        seen = seen.__cause__ or seen.__context__
    for path in desk.downloads.rglob("*"):
        shown += path.name + (path.read_bytes().decode("utf-8", "replace") if path.is_file() else "")
    assert all(asked.headers["username"] == USER for asked in desk.server.asked)
    for part in (USER, PASSWORD, "geheim", "4711", "rhein@"):
        assert part not in shown


def test_an_account_in_the_name_of_a_host_is_cut_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDUSTRIEMONITOR_GENESIS_USER", "rhein-4711")
    desk.server.plan(redirect("https://rhein-4711.example.org/"), path=TABLEFILE)
    with pytest.raises(StudyError, match=r"\(\[account\]\.example\.org\)"):
        desk.file("81000-0001")


def test_an_account_is_not_in_its_repr_and_is_cut_out_of_words() -> None:
    account = Account("rhein", "rhein-geheim")
    assert "rhein" not in repr(account)
    assert account.hide("rhein, rhein-geheim") == f"{HIDDEN}, {HIDDEN}"
