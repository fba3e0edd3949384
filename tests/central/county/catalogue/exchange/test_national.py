"""The names of the national exchange tables, and what stands under them."""

from central.county.catalogue.exchange.national import national_rows, national_tables
from tests.builders.catalogue.catalogue_items import LIBRARY, good

_ITEM = good(
    codes={"catalog_code": "000104002000", "task_code": "11450721MB155808114000104002000"},
    served=["1", "2"],
    urgent=None,
)
DOCUMENT = {"items": [{**_ITEM, "version": 3}], "materials": LIBRARY}


def test_an_item_stands_under_the_national_names() -> None:
    (row,) = national_tables(DOCUMENT)["up_task_general_basic"]
    assert row == {
        "row_guid": "451423-001",
        "catalog_code": "000104002000",
        "task_code": "11450721MB155808114000104002000",
        "task_name": "城乡居民最低生活保障",
        "task_type": "05",
        "task_version": "3",
        "task_state": "1",
        "use_level": "6",
        "dept_name": "龙州县民政局",
        "anticipate_day": "20",
        "anticipate_type": "1",
        "anticipate_explain": "第十一条",
        "promise_day": "10",
        "promise_type": "1",
        "promise_explain": "10个工作日",
        "accept_condition": "家庭人均收入低于当地低保标准",
        "handle_flow": "受理→审核→公示→审批→送达",
        "result_name": "低保证",
        "result_type": "出证办结",
        "result_sample": "样本：低保证",
        "server_type": "1,2",
        "project_type": "2",
        "is_fee": "1",
        "link_way": "0771-8812345",
        "supervise_way": "0771-8854321",
    }


def test_each_list_is_a_table_of_its_own() -> None:
    tables = national_tables(DOCUMENT)
    assert tables["by_law"] == [
        {
            "row_guid": "451423-001",
            "law_name": "社会救助暂行办法",
            "law_number": "国务院令第649号",
            "clause_number": "第十一条",
            "order_num": "1",
        }
    ]
    assert [one["link_name"] for one in tables["process_link"]] == [
        "受理", "审核", "公示", "审批", "送达",
    ]  # fmt: skip
    assert tables["process_link"][2] == {
        "row_guid": "451423-001",
        "link_name": "公示",
        "handle_dept": "村协办员",
        "handle_person": "张榜",
        "handle_day": "7",
        "unit": "2",
        "is_special": "1",
        "order_num": "3",
    }
    assert tables["question"][0]["answer"] == "十个工作日以内办好。"
    assert tables["fee"][0] == {
        "row_guid": "451423-001",
        "fee_name": "龙州县民政局",
        "by_law": "桂价费〔2012〕1号",
        "is_desc": "1",
        "desc_explain": "低保户",
        "order_num": "1",
    }


def test_materials_say_what_the_library_says() -> None:
    first, second = national_tables(DOCUMENT)["material"]
    assert (first["material_name"], first["is_need"]) == ("居民身份证", "0")
    assert (first["originalnum"], first["fill_explain"]) == ("1", "正反两面都要拍")
    assert (second["material_name"], second["is_need"]) == ("家庭收入声明", "1")


def test_as_sheets_nothing_is_a_formula() -> None:
    rows = national_rows({"items": [good(name="=1+1")], "materials": LIBRARY})
    heads, cells = rows["up_task_general_basic"]
    assert cells[heads.index("task_name")] == "'=1+1"
    assert rows["special_procedure"] == [["row_guid"]]
