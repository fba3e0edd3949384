import time, random
from pathlib import Path
from tests.system.conftest import Township
from tests.system.waiting import until
from tests.system.test_restore import back_up, replace_county
import pytest
async def test_x(township: Township, tmp_path: Path):
    scan = tmp_path / "scan.jpg"
    scan.write_bytes(random.Random(1).randbytes(200_000))
    await township.open(stations=1)
    T0=time.monotonic()
    made=await back_up(township, tmp_path / "bk")
    await replace_county(township, made["file"])
    third = await township.sandbox.station("station3", "451423103209", "新村站", township.hub)
    await township.sandbox.start(third)
    township.stations.append(third)
    print("started", time.monotonic()-T0)
    await until(township.all_hold_the_catalogue)
    print("cat", time.monotonic()-T0)
    last = await township.submit(third, 5, "--attach", f"id-card={scan}")
    prev=None
    import sys; sys.path.insert(0,"/tmp")
    from poll import look
    while True:
        st=await township.status(third)
        cur=[(a["state"],a["problem"]) for a in st["applications"]]
        if cur!=prev:
            print(round(time.monotonic()-T0,1),cur, flush=True)
            print(await township.cases())
            print(await township.sandbox.ask(township.hub, "status", "--json"))
        prev=cur
        print(round(time.monotonic()-T0,1), "C", look(township.county.data/"county.db","select substr(origin,1,4),substr(destination,1,4),lane,waiting,hex(substr(holder,1,2)) from spool"), look(township.county.data/"county.db","select have,size,waiting from blob"), look(township.county.data/"county.db","select dirty, hex(seen_exchange), seen_number from link"))
        print("     H", look(township.hub.data/"hub.db","select substr(origin,1,4),substr(destination,1,4),lane,waiting,hex(substr(holder,1,2)) from spool"), look(township.hub.data/"hub.db","select have,size,waiting,hex(substr(holder,1,2)) from blob"), look(township.hub.data/"hub.db","select substr(peer,1,4), dirty, hex(seen_exchange), seen_number from link"), flush=True)
        if cur[0][0]=="complete": break
    print(await township.cases())
