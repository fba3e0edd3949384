"""Every fault that ``doctor`` knows, the most urgent first: what it is, and what to do.

Source: docs/operations.md, "doctor"; tests/docs/test_doctor_table.py compares both.
"""

from collections.abc import Mapping

from runtime.doctor.finding import Fault, Severity

_URGENT, _WARNING, _NOTICE = Severity.URGENT, Severity.WARNING, Severity.NOTICE

FOLDER_FAULTS: Mapping[str, Fault] = {
    "folder.not-joined": Fault(
        _URGENT,
        "这个文件夹不属于任何节点",
        "路径写对了吗？还没有开通的，用 join（县中心用 init）。",
    ),
    "identity.damaged": Fault(
        _URGENT,
        "节点的身份文件（node/）不完整",
        "不要改动这个文件夹；枢纽放回 node 的副本，村站向县里要新的开站包，县中心恢复最新备份。",
        lost=True,
    ),
    "settings.unreadable": Fault(
        _URGENT, "设置文件读不懂，程序启动不了", "按下面的提示改正那一行，再启动。"
    ),
    "database.missing": Fault(
        _URGENT,
        "数据库不见了或是空的，附件却还在",
        "县中心：restore 最新备份；村站：yizhan-station salvage；枢纽：移走 blobs 后启动。",
        lost=True,
    ),
    "database.damaged": Fault(
        _URGENT,
        "数据库损坏",
        "停掉程序，先把整个文件夹复制一份。"
        "村站：yizhan-station salvage；枢纽：移走数据库和 blobs；县中心：restore 最新备份。",
        lost=True,
    ),
    "database.newer": Fault(
        _URGENT,
        "数据库是更新的程序写的，本程序不碰它",
        "装回新程序；要退回旧版，见 docs/install.md 的 Go back。",
    ),
    "database.no-answer": Fault(
        _URGENT, "数据库服务器没有回答", "启动 PostgreSQL，或改正设置里的 database。"
    ),
    "disk.full": Fault(
        _URGENT, "磁盘满了，新的申请已不能收", "删除别的文件，或把待送的件用线路、U 盘送走。"
    ),
    "disk.no-files": Fault(
        _URGENT, "磁盘上不能再新建文件（inode 用完）", "删除大量小文件，或换一个文件系统。"
    ),
    "disk.read-only": Fault(
        _URGENT,
        "磁盘只能读，不能写",
        "先用 stick export 把待送的件带走，再检查磁盘（dmesg、fsck）或换盘。",
    ),
    "folder.other-owner": Fault(
        _URGENT,
        "数据文件夹里有别的账号的文件，程序可能打不开",
        "用 root 运行 chown -R 账号 DATA，以后用运行服务的账号执行命令。",
    ),
    "program.no-answer": Fault(
        _URGENT,
        "有进程占着这个文件夹，却不回答",
        "等一分钟再试；还是这样就重启服务（systemctl restart）。断电也不会丢已保存的件。",
    ),
    "port.taken": Fault(
        _URGENT, "要用的端口被别的程序占了", "停掉那个程序（ss -ltnp 看是谁），或换一个端口。"
    ),
    "database.older": Fault(
        _NOTICE,
        "数据库还是旧版程序的，里面的内容没有检查",
        "启动新程序：它先留一份副本（before-upgrade），再升级；之后再运行 doctor。",
    ),
    "database.not-checked": Fault(
        _NOTICE, "数据库没有逐页检查", "程序停下时、磁盘有空时再运行 doctor，或用 drill 检查备份。"
    ),
    "database.wal-left": Fault(
        _NOTICE,
        "上次没有正常退出，数据库旁边留有日志（-wal）",
        "不要删它；启动程序，里面的内容会自动并入。",
    ),
    "program.left-behind": Fault(
        _NOTICE, "已死的进程留下了 control.json", "不用管：锁已随进程释放，下次启动会换掉它。"
    ),
    "folder.open-to-others": Fault(
        _WARNING,
        "本机其他账号能读这些文件",
        "启动一次程序，权限会自动收紧；收不紧的话这块盘没有权限（FAT），请换盘。",
    ),
}
"""What is wrong with the folder, the database file or the process."""

MACHINE_FAULTS: Mapping[str, Fault] = {
    "disk.low": Fault(_WARNING, "磁盘快满了", "删除别的文件，或换大一些的盘。"),
    "disk.unsafe": Fault(
        _WARNING,
        "数据文件夹在网络盘、U 盘格式或内存盘上：断电时可能丢数据",
        "停掉程序，把整个文件夹移到本机的 ext4、XFS 或 NTFS 上。",
    ),
    "memory.low": Fault(_WARNING, "内存快用完了", "关掉别的程序，或加内存。"),
    "limit.files-low": Fault(
        _WARNING,
        "允许打开的文件太少，能同时连接的村站会变少",
        "服务单元里写 LimitNOFILE=65536（或 ulimit -n）。",
    ),
    "sqlite.old": Fault(
        _NOTICE,
        "SQLite 早于 3.51.3，有 WAL 重置的毛病",
        "不用管：本程序只用一个连接，碰不到它；不要用别的工具同时打开这个数据库。",
    ),
    "clock.wrong": Fault(
        _URGENT,
        "本机日期不对",
        "把日期和时间设对（BIOS 电池没电会反复）；县中心再运行 clock --confirm。",
    ),
}
"""What is wrong with the computer."""

LINE_FAULTS: Mapping[str, Fault] = {
    "parent.no-name": Fault(
        _URGENT, "上级的名字解析不出地址", "查网线、DNS；上不了网时用 U 盘（stick export）。"
    ),
    "parent.refused": Fault(
        _URGENT, "上级的电脑在，但那个端口没有程序", "请上级启动服务；地址变了的话县里要改名册。"
    ),
    "parent.no-answer": Fault(
        _URGENT, "上级没有回答", "查线路和防火墙；不通的时候用 U 盘（stick export）。"
    ),
    "parent.intercepted": Fault(
        _URGENT,
        "回答的不是本县的电脑：可能是上网认证页面，或有设备在拆看加密连接",
        "先在浏览器里完成上网认证；还不行就请网管把这个地址放行。内容没有泄露，也没有送出。",
    ),
    "parent.other-key": Fault(
        _URGENT,
        "这个地址上是本县的另一个节点，或密钥与名册不符",
        "核对地址；上级换过电脑的话等新名册，或用 U 盘带一次。",
    ),
    "line.silent": Fault(
        _WARNING, "三天以上没有与上级交换", "查线路；一时修不好，用 U 盘带（stick export）。"
    ),
    "node.closed": Fault(
        _URGENT, "县里不再照常服务本节点（收回、停用、更换）", "打电话给县里问清楚，不要重装。"
    ),
    "certificate.outdated": Fault(
        _WARNING, "本节点的证书是已停用的机构签的", "让它与上级交换一次，或用 U 盘带；会自动换新。"
    ),
    "roster.needs-newer": Fault(_WARNING, "新的名册要更新的程序才读得懂", "升级程序。"),
    "node.two-copies": Fault(
        _URGENT,
        "同一个节点有两份在用，或数据被恢复成旧的",
        "只留一份：停掉另一台，不要再用复制的文件夹。已送到县里的件不会丢。",
        lost=True,
    ),
}
"""What is wrong between this node and others."""

WORK_FAULTS: Mapping[str, Fault] = {
    "queue.stuck": Fault(
        _WARNING, "有件被拒收，已搁置", "按错误码查 docs/errors.md；处理后运行 retry。"
    ),
    "queue.failed-inside": Fault(
        _WARNING,
        "程序处理某些件时出错，已单独保存",
        "升级程序后会再试；日志里找 item.failed-inside。",
    ),
    "queue.needs-newer": Fault(_WARNING, "有件要更新的程序才能处理", "升级程序，会自动接着处理。"),
    "queue.quota-full": Fault(
        _WARNING, "配额用满，新件要等", "让积压的件送往县里；长期如此请县里调高配额。"
    ),
    "desk.port-taken": Fault(
        _WARNING,
        "经办页面的端口被别的程序占了",
        "停掉那个程序，或改 station.toml 里的 desk_port 后重启。",
    ),
    "clerks.none": Fault(
        _WARNING,
        "还没有经办人，没有人能登录",
        "运行 yizhan-station desk DATA，用打印出的链接建第一个。",
    ),
    "catalogue.none": Fault(
        _WARNING, "还没有收到目录，不能受理", "让它与上级交换一次；县里先要发布目录。"
    ),
    "numbers.none": Fault(
        _NOTICE, "本机没有剩余的办件编号", "照常收件（用申请号）；连上县里后会自动领号段。"
    ),
    "calendar.ends": Fault(
        _WARNING, "目录里的放假安排快用完了，期限会成为暂定", "县里更新放假安排，重新发布目录。"
    ),
    "database.not-durable": Fault(
        _URGENT,
        "PostgreSQL 没有等数据落盘就确认：断电会丢掉已经给了回执的申请",
        "把 fsync 和 synchronous_commit 都设为 on，重新加载设置。",
        lost=True,
    ),
    "database.failover-loses": Fault(
        _WARNING,
        "有备用数据库，但提交不等它：主库坏了切换过去，会丢掉已经给了回执的申请",
        "设 synchronous_standby_names（Patroni：synchronous_mode: true），"
        "synchronous_commit 用 on。",
    ),
    "backup.none": Fault(
        _URGENT, "从来没有备份过", "现在就运行 yizhan-county backup DATA 另一块盘，并每晚自动做。"
    ),
    "backup.old": Fault(
        _WARNING, "最近一次备份超过两天", "查定时任务，现在先运行一次 yizhan-county backup。"
    ),
    "recovery-key-here": Fault(
        _URGENT,
        "恢复密钥还在本机：硬盘坏了，备份就打不开",
        "移到保险柜里的介质上，或运行 yizhan-provision recovery export DATA --to 目录。",
    ),
    "recovery-key-none": Fault(
        _URGENT, "本县没有恢复密钥，不能备份", "运行 yizhan-provision recovery new DATA。"
    ),
    "root-key-here": Fault(
        _URGENT,
        "根密钥还在本机：谁拿到它，谁就能冒充本县",
        "运行 yizhan-provision root export DATA --to 目录，把分片分人保管。",
    ),
    "kits.outdated": Fault(
        _WARNING, "发出的开站码过期了，节点还没有开通", "运行 yizhan-provision invite-again 重发。"
    ),
    "office.key-waits": Fault(
        _WARNING,
        "县里还没有核准本乡镇的办件密钥，收不到办件",
        "打电话给县里读出核对码（yizhan-hub office request DATA 会再显示），再交换一次。",
    ),
    "office.key-lost": Fault(
        _URGENT,
        "办件密钥（office/keys.bin）不在，本机的办件打不开",
        "有副本就放回；没有就请县里收回办件并停用旧密钥，再用 office request --new 重新申请。",
    ),
    "office.purge-late": Fault(
        _WARNING,
        "交回的办件副本过了保留期还没有清除",
        "与上级交换一次（清除按县里的时间）；程序没有运行的话先启动。",
    ),
    "office.key-open": Fault(
        _WARNING,
        "有乡镇申请办件密钥，还没有核准",
        "到管理页“乡镇办件密钥”核对，两人核准；或运行 yizhan-county office list DATA。",
    ),
    "office.no-key": Fault(
        _URGENT,
        "有办件交在乡镇，那里却没有可用的密钥",
        "打电话问乡镇；电脑丢失的，在“乡镇办件密钥”收回办件，核准新密钥后再交。",
    ),
    "office.quiet": Fault(
        _WARNING,
        "有办件交在乡镇，很久没有动静",
        "打电话问乡镇，请其交换或用 U 盘；办不了的由县里收回（yizhan-county office reclaim）。",
    ),
    "nodes.urgent": Fault(
        _WARNING, "有节点失联或有紧急情况", "运行 yizhan-county nodes DATA 看是哪些。"
    ),
    "views.differ": Fault(
        _URGENT,
        "列表、统计或灯与办件记录不一致，已按记录改正",
        "检查磁盘（dmesg），再看日志里的 views.differ；第二天还有，就把日志交给开发者。",
    ),
    "departments.open": Fault(
        _WARNING,
        "有岗位没有人、授权快到期，或人员与账号对不上",
        "运行 yizhan-county department check DATA 看是哪些。办件暂由他人办理。",
    ),
}
"""What waits for a person."""

FAULTS: Mapping[str, Fault] = {
    **FOLDER_FAULTS,
    **MACHINE_FAULTS,
    **LINE_FAULTS,
    **WORK_FAULTS,
}
