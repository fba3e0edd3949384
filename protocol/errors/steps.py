"""What to do next, for the ``next`` of an error that is told as JSON.

The words of an error say what is wrong; this says the next step. Errors without a line of their own
have the one of whoever is at fault.

Source: docs/errors.md.
"""

from protocol.errors.base import Fault, YizhanError

_OF_FAULT = {
    Fault.CLERK: "按提示改正后重新提交。",
    Fault.OPERATOR: "按提示改正后再运行一次。",
    Fault.PEER: "不必处理；反复出现时告诉县中心。",
    Fault.LINE: "不必处理，资料没有丢失，线路恢复后会自动重试。",
    Fault.PROGRAM: "把这一行和日志交给县中心管理员。",
}
_OF_CODE = {
    "usage": "运行同一命令加 --help 查看用法。",
    "usage.text": "用记事本打开文件，另存为 UTF-8；或重新输入。",
    "output": "用 status、cases 或 show 核对命令做了什么，不要急着重做。",
    "intake.item-unknown": "用 items 查看可以申请的事项；没有目录时先 exchange 一次。",
    "intake.form-invalid": "用 item 查看该事项的表单，改正指出的栏目后重新提交。",
    "intake.material-missing": "用 --attach 材料=文件 附上缺少的材料后重新提交。",
    "intake.file-empty": "重新扫描，打开看过再附上。",
    "intake.id-taken": "去掉编号或换一个编号后重新提交；原来那份不受影响。",
    "intake.locked": "加 --password-file，或设置 YIZHAN_PASSWORD_FILE。",
    "intake.password-wrong": "核对口令后再试。",
    "code.wrong": "核对纸条后重新输入；输错十次即停用。",
    "code.used": "向县中心申请新的开站包（yizhan-provision invite-again 或 replace）。",
    "code.blocked": "向县中心申请新的开站包。",
    "code.expired": "向县中心申请新的开站包。",
    "enrolment.waiting": "打电话核对指纹，核准后再运行一次同样的命令。",
    "catalogue.missing": "县中心：先发布目录；村站和乡镇站：运行 exchange 与上级交换一次。",
    "case.unknown": "用 cases 核对办件编号。",
    "case.closed": "让申请人重新提交；办结的不能再改。",
    "store.disk-full": "清理磁盘后再运行一次。",
    "store.read-only": "用 stick export 把资料导到 U 盘，再修磁盘。",
    "store.forbidden": "换成安装时的系统账号再运行。",
    "store.damaged": "停止程序，按 operations.md 的 “A damaged folder” 处理。",
    "store.not-joined": "核对文件夹；新机器先运行 join 或 init。",
    "store.other-node": "核对文件夹和程序名（村站、枢纽、县各有一个）；刚升级过，重启服务。",
    "store.in-use": "稍候再试；仍不行，查看哪个程序在用这个文件夹。",
    "store.owner-stopped": "用 status 或 cases 核对后再决定是否重做。",
    "store.newer": "安装较新的程序；要退回旧版，先用较新的程序运行 go-back。",
    "rekey.waiting": "等节点换好新证书；只剩用 U 盘往来的站点时加 --anyway。",
    "paper.full": "清理，或换一个文件夹、U 盘后再运行一次。",
    "paper.folder": "换一个文件夹后再运行一次。",
    "paper.kit": "用 yizhan-provision invite-again 换个位置重新出包。",
    "node.division": "改正代码或上级；确实如此就加 --anyway。",
    "stick.none": "核对 U 盘和文件夹，先在对方那里导出。",
    "stick.full": "换一个 U 盘再导出一次，已写入的仍然有效。",
    "stick.unreadable": "在导出的地方重新导出。",
    "stick.incomplete": "在导出的地方重新导出。",
    "stick.hostile": "不要再用这个 U 盘，查明来历。",
}


def next_step(error: YizhanError) -> str:
    """What whoever reads ``error`` should do now."""
    return _OF_CODE.get(error.code, _OF_FAULT[error.fault])
