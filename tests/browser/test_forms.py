"""One form, three ways: filled in on a page without script, read by the county, and on paper."""

import json
import re
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.console import MARKS, Console
from tests.system.conftest import LONGZHOU

pytestmark = MARKS

FORM, ITEM, OWN = "/catalogue/items", "451423-023", "example-signing"
RESIDENT = "451423189912310072"
SCHEMA: dict[str, Any] = {
    "required": ["name", "id", "married", "spouse", "signed"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "title": "申请人姓名", "maxLength": 30},
        "id": {"type": "string", "title": "身份证号", "format": "cn-resident-id"},
        "born": {
            "type": "string",
            "title": "出生日期",
            "format": "date",
            "derived": {"from": "id", "what": "birth_date"},
        },
        "married": {"type": "string", "title": "婚姻状况", "enum": ["已婚", "未婚"]},
        "spouse": {"type": "string", "title": "配偶姓名", "maxLength": 30},
        "savings": {"type": "integer", "title": "存款", "format": "cn-fen", "minimum": 0},
        "members": {
            "type": "array",
            "title": "家庭成员",
            "maxItems": 4,
            "items": {
                "required": ["who"],
                "properties": {
                    "who": {"type": "string", "title": "姓名"},
                    "age": {"type": "integer", "title": "年龄"},
                },
            },
        },
        "signed": {"title": "签署", "field": "signing"},
    },
    "sections": [{"title": "申请人", "fields": ["name", "id", "born", "married", "spouse"]}],
    "rules": [
        {
            "when": {"properties": {"married": {"const": "已婚"}}},
            "then": "show",
            "fields": ["spouse"],
            "message": "已婚的才填",
        }
    ],
}


ROWS = "example-signed-rows"
SIGNED_ROWS: dict[str, Any] = {
    "properties": {
        "members": {
            "type": "array",
            "title": "家庭成员",
            "maxItems": 4,
            "items": {
                "required": ["who", "signed"],
                "properties": {
                    "who": {"type": "string", "title": "姓名"},
                    "signed": {"title": "签署", "field": "signing"},
                },
            },
        }
    }
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def county(console: Console) -> Console:
    """A county with the sample items, and one with every kind of field."""
    file = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))
    file["items"].append({"id": OWN, "name": "示例事项", "materials": [], "schema": SCHEMA})
    file["items"].append({"id": ROWS, "name": "逐人签署", "materials": [], "schema": SIGNED_ROWS})
    made = console.sandbox.folder / "catalogue.json"
    made.write_text(json.dumps(file, ensure_ascii=False), "utf-8")
    await console.sandbox.run("yizhan-county", "publish", console.county.data, made)
    return console


@pytest_asyncio.fixture(loop_scope="session")
async def forms(county: Console, page: Page) -> Page:
    """A page on which the operator is logged in."""
    await county.log_in(page, "operator")
    await page.wait_for_url("**/nodes")
    return page


async def test_faults_lead_to_their_fields_and_what_is_right_is_shown_as_the_county_sees_it(
    county: Console, forms: Page
) -> None:
    page = forms
    await page.goto(f"{county.url}/catalogue/items/{OWN}/form")
    await page.get_by_label("申请人姓名").fill("样一")
    await page.get_by_label("身份证号").fill(RESIDENT[:-1] + "3")
    await page.get_by_label("未婚").check()
    await page.get_by_label("存款").fill("十二")
    await page.get_by_label("年龄，第 2 行").fill("x")
    await page.get_by_label("存款").press("Enter")  # as the button does

    alert = page.locator("#faults")
    await expect(alert.get_by_role("listitem")).to_have_text(
        [
            "身份证号：身份证号的校验位（末位）不对，请逐位核对",
            "存款：应是金额：整数，或最多两位小数",
            "家庭成员，第 1 行，姓名：必填，还没有填",
            "家庭成员，第 1 行，年龄：应是整数",
            "签署：必填，还没有填",
        ]
    )
    await alert.get_by_role("link", name="家庭成员，第 1 行，年龄").click()
    assert page.url.endswith("#f-members-0-age")
    await expect(page.get_by_label("年龄，第 1 行")).to_have_attribute("aria-invalid", "true")

    await page.get_by_label("身份证号").fill(RESIDENT)
    await page.get_by_label("存款").fill("１，２３４．５")
    await page.get_by_label("姓名，第 1 行").fill("样二")
    await page.get_by_label("年龄，第 1 行").fill("8")
    await page.get_by_label("捺印").check()
    await page.get_by_label("原件留存").check()
    await page.get_by_role("button", name="核对").click()

    read = page.locator("section.card", has_text="县里看到的表单")
    await expect(read.get_by_role("status")).to_have_text("填写无误，可以提交。")
    await expect(read).to_contain_text("1899年12月31日")  # filled in by itself
    await expect(read).to_contain_text("1,234.50 元")
    await expect(read.get_by_role("row")).to_have_text(
        [re.compile("姓名年龄"), re.compile("样二8")]
    )
    await expect(read.get_by_text("配偶姓名")).to_have_count(0)


async def test_what_is_filled_in_can_be_printed(county: Console, forms: Page) -> None:
    page = forms
    await page.goto(f"{county.url}/catalogue/items/{OWN}/form")
    await page.get_by_label("存款").fill("1234.5")
    await page.get_by_label("未婚").check()
    await page.get_by_label("捺印").check()
    await page.get_by_role("button", name="打印已填的表").click()
    await expect(page.get_by_role("heading", name="示例事项")).to_be_visible()
    await expect(page.get_by_text("☑捺印")).to_be_visible()
    await expect(page.get_by_text("1,234.50 元")).to_be_visible()
    await expect(page.get_by_text("配偶姓名")).to_have_count(0)


async def test_a_field_that_is_not_there_is_folded_and_can_still_be_reached(
    county: Console, forms: Page
) -> None:
    page = forms
    await page.goto(f"{county.url}/catalogue/items/{OWN}/form")
    await expect(page.get_by_label("配偶姓名")).to_be_hidden()
    await page.get_by_text("已婚的才填").click()
    await page.get_by_label("配偶姓名").fill("样二")
    await page.get_by_label("未婚").check()
    await page.get_by_role("button", name="核对").click()
    await expect(page.locator("#faults")).to_contain_text("配偶姓名：这里不用填：已婚的才填")
    await expect(page.get_by_label("配偶姓名")).to_have_value("样二")


async def test_it_works_without_script_and_rows_are_added(
    county: Console, browser: Browser
) -> None:
    context = await browser.new_context(
        ignore_https_errors=True, locale="zh-CN", java_script_enabled=False
    )
    page = await context.new_page()
    await county.log_in(page, "operator")
    await page.wait_for_url("**/nodes")
    await page.goto(f"{county.url}/catalogue/items/{OWN}/form")
    await page.get_by_label("姓名，第 1 行").fill("样二")
    await page.get_by_role("button", name="再加几行").click()
    await expect(page.get_by_label("姓名，第 1 行")).to_have_value("样二")
    await expect(page.get_by_label("姓名，第 4 行")).to_be_visible()
    await expect(page.get_by_role("button", name="再加几行")).to_have_count(0)  # four at most
    await expect(page.locator("#faults")).to_have_count(0)
    await context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [1366, 390])
async def test_nothing_is_wider_than_its_window(
    county: Console, forms: Page, language: str, width: int
) -> None:
    page = forms
    await page.set_viewport_size({"width": width, "height": 900})
    await page.goto(f"{county.url}/language/{language}?back=/catalogue")
    for path in (f"{FORM}/{ITEM}/form", f"{FORM}/{ITEM}/form/paper", f"{FORM}/{OWN}/form"):
        await page.goto(county.url + path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
        await expect(page.locator("html")).to_have_attribute(
            "lang", "en" if language == "en" else "zh-CN"
        )
    await page.get_by_role("button", name="Check" if language == "en" else "核对").click()
    words = "has to be filled in" if language == "en" else "必填，还没有填"
    await expect(page.locator("#faults")).to_contain_text(words)


async def test_the_printed_form_is_one_a4_page(county: Console, forms: Page) -> None:
    page = forms
    await page.goto(f"{county.url}{FORM}/{ITEM}/form/paper")
    pdf = await page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", pdf)
    assert [(round(float(w)), round(float(h))) for w, h in boxes] == [(595, 842)]


async def test_a_signature_of_each_row_is_filled_in_and_read(county: Console, forms: Page) -> None:
    await forms.goto(f"{county.url}{FORM}/{ROWS}/form")

    def cell(row: int, name: str) -> Locator:
        return forms.locator(f"[name='members.{row}.{name}']")

    await cell(0, "who").fill("样一")
    await cell(0, "signed.way").select_option(label="签名")
    await cell(1, "who").fill("样二")
    await forms.get_by_role("button", name="核对").click()
    await expect(forms.locator("#faults")).to_contain_text("家庭成员，第 2 行，签署")
    await forms.locator("#faults a").last.click()
    await cell(0, "signed.paper").select_option(index=1)
    for name, value in (("signer", "样三"), ("witness", "样四"), ("clerk", "样五")):
        await cell(1, f"signed.{name}").fill(value)
    await cell(1, "signed.way").select_option(label="代签")
    await cell(1, "signed.paper").select_option(index=1)
    await forms.get_by_role("button", name="核对").click()
    await expect(forms.get_by_role("status")).to_contain_text("填写无误")
    read = forms.locator("section.card table.inner")
    await expect(read).to_contain_text("样三")
    await expect(read).to_contain_text("代签")
    for width in (390, 1280):
        await forms.set_viewport_size({"width": width, "height": 800})
        assert await forms.evaluate("document.documentElement.scrollWidth") <= width
    await forms.get_by_role("button", name="打印已填的表").click()
    await expect(forms.locator("body")).to_contain_text("样四")
