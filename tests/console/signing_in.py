"""Signing in by the login's own page: the buttons that lead there, and its form."""

from playwright.sync_api import Page

from infra.local.login import PASSWORD

MEMBER, STAFF = "main button.first", "main button:not(.first)"


def sign_in(page: Page, user: str, password: str = PASSWORD, *, button: str = MEMBER) -> None:
    page.click(button)
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
