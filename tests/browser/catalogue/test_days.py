"""Days off and market days in a real browser: edited, told ahead, and made a draft."""

from playwright.async_api import Page, expect

from tests.browser.catalogue.catalogue import no_wider_than_the_window
from tests.browser.console import MARKS, Console

pytestmark = MARKS


async def test_a_day_off_of_the_county_is_typed_checked_and_told_ahead(
    county: Console, page: Page
) -> None:
    await county.add_staff("calendar", "author")
    await county.enter(page, "calendar")
    await page.goto(f"{county.url}/catalogue/calendar")
    await page.get_by_role("link", name="改本县放假").click()
    await no_wider_than_the_window(page)
    await page.locator(".item-row > summary").last.click()
    row = page.locator(".item-row").last
    await row.get_by_label("第一天").fill("很快")
    await row.get_by_label("放什么假").fill("县庆")
    await row.get_by_label("放什么假").blur()
    await expect(page.locator("#findings li.bad")).to_contain_text("不是日期")  # by itself
    _, tomorrow, after, *_ = await page.locator("#findings .ahead td .unseen").all_inner_texts()
    await row.get_by_label("第一天").fill(tomorrow)
    await row.get_by_label("最后一天").fill(after)
    await row.get_by_label("最后一天").blur()
    changed = page.locator("#findings .ahead td.changed")
    await expect(changed).to_have_count(2)
    await expect(changed.first).to_contain_text("县庆")
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.get_by_text("请另一人审核。")).to_be_visible()
    await page.goto(f"{page.url.partition('&')[0]}&month={tomorrow[:7]}")
    cell = page.locator("td.day:not(.outside)").filter(has_text=tomorrow)
    await expect(cell).to_contain_text("县庆")
    await no_wider_than_the_window(page)
    await page.get_by_role("link", name="看这份草稿").click()
    await expect(page.locator(".change")).to_have_count(1)
    await expect(page.locator(".change ins").first).to_contain_text("县庆")


async def test_market_days_of_a_place_become_others_by_a_draft(county: Console, page: Page) -> None:
    await county.add_staff("markets", "author")
    await county.enter(page, "markets")
    await page.goto(f"{county.url}/catalogue/calendar")
    row = page.locator("#rules tr").filter(has_text="451423103")
    await expect(row).to_contain_text("农历逢5、10，小月改在廿九")
    await row.get_by_role("link", name="改圩日").click()
    await no_wider_than_the_window(page)
    await page.locator(".item-row > summary").first.click()
    rule = page.locator(".item-row").first
    await expect(rule.get_by_label("每几天", exact=True)).to_have_count(1)
    await expect(rule.get_by_label("每几天", exact=True)).not_to_be_visible()  # of another kind
    await rule.get_by_label("哪一种").select_option("每周几")
    await expect(page.locator("#findings li.bad")).to_contain_text("周几")
    await rule.get_by_label("周六").check()
    await expect(page.locator("#findings .ahead td.changed").first).to_be_visible()
    markets = page.locator("#findings .ahead td", has=page.get_by_text("圩", exact=True))
    await expect(page.locator("#findings li.bad")).to_have_count(0)
    assert 8 <= await markets.count() <= 9  # Saturdays of 60 days
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.get_by_text("请另一人审核。")).to_be_visible()
    await expect(page.locator("#rules")).to_contain_text("每周六")
    await page.goto(f"{county.url}/catalogue/calendar?place=451423103")
    await expect(page.locator("#rules")).to_contain_text("农历逢5、10")  # nothing is published


async def test_a_place_without_market_days_gets_some_and_a_reader_edits_nothing(
    county: Console, page: Page
) -> None:
    await county.enter(page, "operator")
    await page.goto(f"{county.url}/catalogue/calendar")
    await expect(page.get_by_role("link", name="改圩日")).to_have_count(0)
    await page.goto(f"{county.url}/catalogue/markets/451423999/edit")
    await expect(page.get_by_role("main")).not_to_contain_text("圩日规律")
    await county.add_staff("new-market", "author")
    await page.context.clear_cookies()
    await county.log_in(page, "new-market")
    await page.goto(f"{county.url}/catalogue/markets/451423999/edit")
    await page.locator(".item-row > summary").first.click()
    await page.locator(".item-row").first.get_by_label("哪一种").select_option("天天")
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.locator("#rules")).to_contain_text("天天")
    await page.goto(f"{county.url}/catalogue/markets/1234567890/edit")  # is none
    await expect(page.get_by_role("main")).not_to_contain_text("圩日规律")
