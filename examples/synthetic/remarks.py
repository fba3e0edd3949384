"""Sentences as a village clerk writes them under a form.

A third are set phrases with changing facts, the rest are put together word by word: a
compression dictionary would learn set phrases by heart, and benchmarks would flatter.
"""

import re
from collections.abc import Sequence
from random import Random

MAX_CHARS = 500  # what the sample forms allow in `remarks`

_SET_PHRASES = (
    "申请人{year}年{month}月起{work}，{month}月因{cause}返回{place}。",
    "家中{mouths}口人，劳动力{few}人，主要靠{income}维持生活。",
    "{kin}患{illness}，每月在{clinic}取药，自付约{small}元。",
    "{kin}在{city}{work}，近{few}个月没有寄钱回家。",
    "{month}月{day}日驻村工作队和网格员入户核实，{finding}。",
    "村民小组{month}月{day}日开会评议，到会{many}人，{verdict}。",
    "原{paper}于{month}月{day}日在{spot}遗失，已登报声明。",
    "承包地{many}.{few}亩，其中{crop}{mouths}亩，今年因{cause}减产约{percent}%。",
    "住房为{house}，{year}年建，{fault}。",
    "已告知{fact}，申请人表示清楚。",
    "{paper}原件已核对，复印件由{holder}保管。",
    "电话白天{phone}，请{hour}联系，或由{kin}转告。",
    "申请人不会写字，由{kin}代填，内容已逐条念给本人听。",
    "{year}年曾申请同一事项，因{reason}未办成，这次已补齐。",
    "去年卖{crop}收入{money}元，扣除化肥农药{small}元。",
    "{youth}现就读于{school}，每学期生活费约{small}元。",
    "距镇上{many}公里，{road}，请尽量一次办结。",
    "存折已停用，待遇请发到{card}。",
    "与{kin}分户已{mouths}年，户口簿未变更，以实际居住为准。",
    "{month}月{day}日{weather}，{loss}，照片已留存村委会。",
)
_FREE_PHRASES = (
    "{when}{kin}{how}{act}{thing}，{after}。",
    "{when}{how}{act}{thing}，{gain}{tool}，{after}。",
    "{kin}{when}{act}的{thing}{state}，{after}。",
    "{thing}{state}，{when}由{kin}{how}{act}。",
    "{kin}称{thing}{state}，{how}{gain}{tool}，{after}。",
)

_CHOICES: dict[str, Sequence[object]] = {
    "year": range(1996, 2026),
    "month": range(1, 13),
    "day": range(1, 29),
    "few": range(1, 5),
    "mouths": range(2, 10),
    "many": range(6, 69),
    "percent": range(10, 90, 5),
    "small": range(150, 3000, 10),
    "money": range(3000, 60_000, 10),
}
_CHOICES |= {
    slot: words.split()
    for slot, words in {
        "work": "在糖厂做季节工 在工地做小工 跑短途运输 替人砍甘蔗 在口岸装卸 看护坚果林 打零工",
        "cause": "腰部受伤 工厂停工 干旱 台风刮倒甘蔗 母牛病死 照顾老人 山路塌方",
        "place": "本屯 老屋 镇上租住处 女儿家",
        "income": "甘蔗款 低保金和零工 养两头牛 儿子寄钱 山货和药材 边民补助",
        "kin": "配偶 长子 次女 母亲 父亲 堂弟 儿媳 外甥 邻居 女婿 伯父 舅舅 表兄 三叔 房东 组长",
        "youth": "长子 次女 孙子 孙女 外甥女 侄子",
        "illness": "高血压 糖尿病 肾结石 腰椎间盘突出 类风湿 白内障 慢性支气管炎 脑梗后遗症",
        "clinic": "乡镇卫生院 村卫生室 县人民医院 县中医医院",
        "city": "东莞 佛山 南宁 崇左 中山 惠州",
        "finding": "所述情况属实 收入略有出入已更正 房屋裂缝已拍照 家中无车无商铺 与台账一致",
        "verdict": "无人反对 一致同意上报 有一人提出疑问并已当场说明 同意并在村口张贴",
        "paper": "户口簿 残疾人证 社会保障卡 土地承包证 结婚证 退役证 林权证",
        "spot": "圩日班车上 搬家途中 县城市场 洪水中",
        "crop": "甘蔗 玉米 水稻 花生 柑橘 坚果 木薯",
        "house": "砖混一层 土坯瓦房 砖木两间 水泥平房 吊脚木楼",
        "fault": "后墙开裂 屋面漏雨 梁柱被蛀 地基下沉 目前尚可居住",
        "fact": "办理时限和公示要求 可先容缺受理 虚报须退款 到账短信通知 可凭回执查询进度",
        "holder": "村站 申请人 乡镇中心 经办人",
        "phone": "无人接听 信号不好 由家人代接 在地里不便接",
        "hour": "晚上七点以后 中午 圩日上午 周末",
        "reason": "缺少盖章 账号填错 公示期内外出 材料过期 户籍未迁回",
        "school": "镇中心小学 县第一中学 县职业技术学校 市卫生学校 邻镇初级中学",
        "road": "雨天不通车 需过渡口 正在修路 每天一班车",
        "card": "社会保障卡 新开的农信社卡 监护人账户 配偶账户",
        "weather": "夜间暴雨 连日大雾 午后冰雹 河水上涨",
        "loss": "猪栏倒塌 秧田被淹 屋顶瓦片掀翻 便道被冲断 鱼塘漫水",
        "when": "上月 去年 前年 今春 入夏 立冬 圩日 清早 傍晚 夜里 年初 年底 汛期 旱季 节前 节后 "
        "收蔗时 插秧时 农闲 暑假 寒假 雨后 月初 月末 三月三 中秋 清明前 退伍后 分家后 搬迁前",
        "how": "独自 多次 临时 连夜 自费 借钱 合伙 分期 请人 陆续 冒雨 按时 私下 抓紧 勉强 重新 "
        "轮流 出面 带头 被迫 顺便 照旧 主动 暂缓 凑钱 口头约定",
        "act": "修整 清理 看护 丈量 转让 抵押 租用 归还 分得 登记 拆除 加固 平整 腾空 围起 出让 "
        "接管 验看 估价 封存 改造 承包 打理 隔开 填补",
        "thing": "牛棚 水渠 山塘 晒场 猪栏 蔗地 果园 瓦房 水井 围墙 鱼塘 林地 旱地 老屋 门楼 "
        "柴房 谷仓 菜地 机耕路 沼气池 石阶 鸡舍 竹林 苗圃 水田 蓄水池 坡地 铺面 羊圈 "
        "田埂 晾棚 后院 山坳",
        "gain": "购置 变卖 租用 归还 借出 搬走 换得 赊来 退回 寄存 转卖",
        "tool": "水泵 三轮车 摩托车 拖拉机 抽水机 电表 太阳能灯 粉碎机 木料 砖块 化肥 饲料 喷雾器 "
        "瓦片 水管 钢筋 树苗 牛犊 旧床 冰箱 稻种 蔗种 竹席 谷桶",
        "state": "尚可使用 年久失修 被水冲垮 地界不清 位置偏远 手续不全 长期空置 无人看管 漏水严重 "
        "产量不高 已被占用 价格偏低 只剩一半 刚刚完工 与邻共有 未通水电",
        "after": "花费不少 尚未完工 欠款未清 村里知情 双方认可 另有凭据 已拍照片 等候验收 仍有争议 "
        "收成减半 暂住亲戚家 改种玉米 只够口粮 后续再报 费用自理 已经和解 盼予照顾 请予核实 "
        "不再追究 因故停工 邻里作证 票据在家 无力承担 孩子停学",
    }.items()
}
_SLOT = re.compile(r"\{(\w+)\}")


def write_remarks(rng: Random, *, min_bytes: int, max_chars: int = MAX_CHARS) -> str:
    """Return sentences until they fill ``min_bytes`` of UTF-8 or the next passes ``max_chars``."""
    text = ""
    while len(text.encode()) < min_bytes:
        longer = text + _sentence(rng)
        if len(longer) > max_chars:
            break
        text = longer
    return text


def _sentence(rng: Random) -> str:
    phrase = rng.choice(rng.choice((_SET_PHRASES, _FREE_PHRASES, _FREE_PHRASES)))
    return _SLOT.sub(lambda slot: str(rng.choice(_CHOICES[slot[1]])), phrase)
