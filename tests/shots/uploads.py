"""Tables of nodes that somebody sent to the console, and has not confirmed yet."""

from runtime.web.site import Site

HUB_CODE = "451423103"


def upload_tables(site: Site) -> list[str]:
    """A table that could be added, and one with faults, as somebody sent them; their numbers."""
    heading = "区划代码,名称,角色,上级,联系方式"
    good = [
        f"{HUB_CODE}{at},第{at}新村,村站,{HUB_CODE},韦支书 0771-8890{at}" for at in range(801, 831)
    ]
    bad = [
        f"{HUB_CODE}201,重复村,村站,{HUB_CODE},",
        "4514239,短代码,村站,,",
        "451423888,某镇,邮局,,",
    ]
    bad += [f"451423777{at},无上级村,村站,451423777," for at in range(201, 240)]
    put = site.uploads.put
    return [put("王芳", "table", "\n".join((heading, *lines)).encode()) for lines in (good, bad)]
