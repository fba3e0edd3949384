"""How an application was taken in, as its case shows it."""

from protocol.envelope.payloads import Outcome
from protocol.errors.clerk import TakenInError
from protocol.records.taken_in import Agent, AgentKind, Mode, Page, Scope, TakenIn
from tests.central.county.casework.test_erasure import NUMBER, Noted
from tests.central.county.centre import Centre

TAKEN = TakenIn(
    clerk="农小芳",
    mode=Mode.AGENT,
    agent=Agent(
        name="黄小强",
        kind=AgentKind.RELATIVE,
        scope=(Scope.APPLY,),
        identity=NUMBER,
        relation="儿子",
    ),
    window_ms=1_790_000_000_000,
    pages=(Page(attachment=0, page=2),),
)


async def test_a_case_shows_how_it_was_taken_in(centre: Centre) -> None:
    village = await centre.village()
    scan = village.scan(b"id card")
    await centre.bring(village.submit(scan, taken=TAKEN), scan, village.submit())
    said, nothing = await centre.cases()
    assert said["taken"] == {
        "clerk": "农小芳",
        "mode": "代办",
        "agent": {
            "name": "黄小强",
            "kind": "relative",
            "scope": ("apply",),
            "identity": NUMBER,
            "relation": "儿子",
        },
        "window_ms": 1_790_000_000_000,
        "pages": ({"attachment": 0, "page": 2},),
    }
    assert nothing["taken"] is None


async def test_a_case_names_the_one_that_it_replaces(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    (first,) = await centre.cases()
    draft = bytes.fromhex(first["application"])
    await centre.bring(village.submit(supersedes=draft), village.submit(supersedes=b"\1" * 16))
    told = {case["case"]: case["supersedes"] for case in await centre.cases()}
    assert told.pop(first["case"]) is None
    assert set(told.values()) == {first["case"], "01" * 16}


async def test_what_contradicts_itself_is_refused_and_its_station_told(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit(taken=TakenIn(checker="农小芳")))
    assert await centre.cases() == []
    (told,) = await centre.rejections(village)
    assert (told.code, told.detail) == (TakenInError.code, "有复核人，没有受理人")


async def test_who_insists_is_taken_with_what_is_missing(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit(item="relief", form={}, taken=TakenIn(insisted="样福丽")))
    (case,) = await centre.cases()
    assert (case["form"], case["taken"]) == ({}, {"insisted": "样福丽"})


async def test_an_agent_is_found_by_the_identity_number_and_erased(centre: Centre) -> None:
    noted, village = Noted(centre), await centre.village()
    scan = village.scan(b"id card")
    await centre.bring(village.submit(scan, taken=TAKEN), scan, village.submit())
    case, _ = await centre.cases()
    await centre.county.flows.decide(case["case"], outcome=Outcome.APPROVED, note="")
    assert await noted.erasure.erase_person(NUMBER, "本人申请") == ([case["case"]], 0)
    erased, _ = await centre.cases()
    assert erased["taken"] is None
