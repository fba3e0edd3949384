"""A small font: what documents of tests need, so that each is made in a moment."""

import atexit
import shutil
import tempfile
from dataclasses import fields
from functools import cache
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from central.county.documents.drawing.facts import REMEDY
from central.county.documents.drawing.fonts import own_font
from central.county.documents.drawing.pdf import DRAFT_MARK, TO_BE_SEALED
from protocol.catalogue.templates.built_in import BUILT_IN
from protocol.catalogue.templates.kinds import SLOTS

_MORE = (
    "年月日申请书没有签名另一处养老保险参保登记户籍不在本县样例局龙州县常见差错照片看不清其他都好"
    "水口镇人民政府向县法院被告申请诉讼农业村宅基地审批自然资源乡建设规划许可《土地管理法》第六十二条"
    "复议自收到本文书之日起六个月内依法人不准受送政龙梅福丽样电脑坏"
    "公安覃小妹丢失到期换领食品作坊与身份证不一致要外出核查场所合规定韦兰农梅归在吉村监管市场黄刘"
)
_MORE += "　" + "".join(map(chr, range(32, 127)))  # that other facts of tests need


@cache
def small_font() -> Path:
    """Its file; gone when this process ends."""
    samples = ["".join(one.sample) for one in SLOTS.values()]
    texts = [str(getattr(t, one.name)) for t in BUILT_IN.values() for one in fields(t)]
    folder = Path(tempfile.mkdtemp(prefix="yizhan-font"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "small.otf"
    with TTFont(own_font()) as font:
        subsetter = Subsetter(Options(notdef_outline=True))
        subsetter.populate(
            text="".join((*samples, *texts, REMEDY, DRAFT_MARK, TO_BE_SEALED, _MORE))
        )
        subsetter.subset(font)
        font.save(path)
    return path
