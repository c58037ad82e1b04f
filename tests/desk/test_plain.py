"""`streamlit run dashboard.py` in a browser: without our gate the same people see the same rooms, and nobody else any."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.models import User
from tests.desk.conftest import PASSWORD

Seating = Callable[[], Any]


def signed_in(seat: Seating, username: str, path: str = "/") -> Page:
    """The page of somebody who filled in the form that stands where the desk would be."""
    desk = seat().open(path)
    page: Page = desk.page
    page.get_by_label("اسم المستخدم").fill(username)
    page.get_by_label("كلمة المرور", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="دخول").click()
    expect(page.get_by_text("مسجّل الدخول باسم")).to_be_visible()
    desk.rest()
    return page


@pytest.mark.parametrize(
    ("who", "rooms"),
    [
        ("agent", ["صندوق الوارد", "الملفات", "الردود الجاهزة", "إعداداتي"]),
        ("author", ["صندوق الوارد", "إنشاء منشور", "خطة النشر", "المؤشرات", "الحسابات", "إعداداتي"]),
        ("auditor", ["صندوق الوارد", "الملفات", "المؤشرات", "السياسة", "الحسابات", "سجل التدقيق", "إعداداتي"]),
    ],
)
def test_a_role_sees_its_own_rooms_and_no_others(who: str, rooms: list[str], plain_seat: Seating) -> None:
    page = signed_in(plain_seat, who)
    expect(page.get_by_test_id("stSidebarNavLink").locator("p")).to_have_text(rooms)


def test_the_address_of_a_closed_room_leads_to_ones_own(plain_seat: Seating) -> None:
    page = signed_in(plain_seat, "agent", "/audit")
    expect(page.get_by_role("heading", name="صندوق الوارد")).to_be_visible()
    expect(page.get_by_text("من فعل ماذا ومتى")).to_have_count(0)


def test_nothing_of_the_desk_is_shown_before_the_password(plain_seat: Seating) -> None:
    desk = plain_seat().open("/inbox")
    expect(desk.page.get_by_label("اسم المستخدم")).to_be_visible()
    expect(desk.page.locator(".list")).to_have_count(0)
    expect(desk.page.get_by_test_id("stSidebarNavLink")).to_have_count(0)


def test_the_language_turns_with_the_button(plain_seat: Seating) -> None:
    page = signed_in(plain_seat, "agent")
    expect(page.get_by_test_id("stApp")).to_have_css("direction", "rtl")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_css("direction", "ltr")


def test_someone_dismissed_meets_the_form_at_his_next_step(plain: Any, plain_seat: Seating) -> None:
    page = signed_in(plain_seat, "moderator")
    with plain.db.write() as session:
        user = session.get_one(User, plain.house.users["moderator"])
        user.active = False
        session.add(user)
    page.locator(".row").nth(1).click()
    expect(page.get_by_label("اسم المستخدم")).to_be_visible()
    expect(page.locator(".list")).to_have_count(0)
