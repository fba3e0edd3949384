"""What the files of a package are called, in words that outlive this program."""

from collections.abc import Mapping
from dataclasses import dataclass

PAPER = frozenset({"result"})
"""Folders beside those of the application, of documents and of what followed."""

_README = """归档包说明

这个文件是一件政务服务办件的电子归档包，由县中心的驿站程序生成。
它是普通的 ZIP 文件，没有压缩，任何年代的解压软件都能打开。

一、看内容
  readable.html     办件的可读样式：申请表、材料、办理记录、文书、收费、督办
  form.json         申请表，村站封装时的原始字节
  papers/           申请时交来的材料
  result/           随决定发出的文件
  documents/        县里发出的文书（PDF）
  followed/         申请之后村里交来的材料
  events.json       办理记录，一条接一条
  case.json         办件信息，以及每个文件的原名
  documents.json    文书的文号、用印、告知和送达
  fee.json          收费
  supervision.json  督办
  national.json     国家办件数据交换表的字段
  rules/            办理时依据的事项和流程
  audit.jsonl       谁在什么时候看过、办过这一件

二、核验
  yizhan-county archive verify 文件 --root "十个字的县指纹"
  不需要县中心，也不需要网络。没有本程序时：
  1. manifest.json 列出每个文件的 SHA-256，逐个比对；
  2. signature.bin 是县密钥对 manifest.json 的 SHA-256 的签名（Ed25519）；
  3. chain.bin 是根密钥和登记员密钥对县密钥的证明；
  4. root.bin 是根公钥，它的 SHA-256 前十个字节就是县指纹，应与当年公布的一致。
  字节格式见程序文档 docs/archive.md。
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A file that is made."""

    title: str
    text: str = ""


MADE: Mapping[str, Named] = {
    "readme.txt": Named(title="归档包说明", text=_README),
    "readable.html": Named(title="可读样式"),
    "form.json": Named(title="申请表（原始字节）"),
    "case.json": Named(title="办件信息"),
    "events.json": Named(title="办理记录"),
    "documents.json": Named(title="文书"),
    "fee.json": Named(title="收费"),
    "supervision.json": Named(title="督办"),
    "national.json": Named(title="国家办件数据交换表"),
    "audit.jsonl": Named(title="查看和办理的审计记录"),
    "rules": Named(title="事项和流程"),
}
"""By path."""
