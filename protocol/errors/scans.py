"""Pages of a paper that a clerk takes in at the desk: what is wrong with a picture or a PDF."""

from protocol.errors.clerk import IntakeError


class ScanError(IntakeError):
    """A page of a paper can't be taken in; nothing was stored."""

    code = "scan"


class ScanKindError(ScanError):
    """It is neither a picture nor a PDF, whatever its name says."""

    code = "scan.kind"
    zh = (
        "这不是图片也不是 PDF，没有收下（以内容为准，改文件名没有用）。请重新拍照或扫描。看上去是："
    )


class ScanHeicError(ScanError):
    """A photo in HEIC, the format of some telephones, which not every computer can read."""

    code = "scan.heic"
    zh = (
        "这是 HEIC 格式的照片，没有收下。请在手机的相机设置里选“兼容性最佳”（JPEG）重拍，"
        "或先转成 JPEG。"
    )


class ScanDamagedError(ScanError):
    """A picture or PDF that ends too early or is damaged."""

    code = "scan.damaged"
    zh = "文件不完整或已损坏，没有收下。请重新拍照、扫描，或从手机再传一次。"


class ScanPixelsError(ScanError):
    """A picture has more pixels than are taken; it was not unpacked."""

    code = "scan.pixels"
    zh = "图片的像素太多，没有打开也没有收下。请把扫描分辨率调到 300 dpi 以下再扫。像素："


class ScanLargeError(ScanError):
    """A file is larger than is taken, or can't be made small enough to be read."""

    code = "scan.large"
    zh = "文件太大，没有收下。请降低分辨率，或分成几页再添加。最多："


class ScanAnimatedError(ScanError):
    """A picture that moves, or several in one file: only one page can be meant."""

    code = "scan.frames"
    zh = "这个文件里有不止一幅图（动画或多页），没有收下。请每页存成一个文件，或存成 PDF。"


class ScanSlowError(ScanError):
    """Taking it apart took too long or too much memory and was ended."""

    code = "scan.slow"
    zh = "这个文件处理太久或太占内存，已停止，没有收下，别的资料不受影响。请重新拍照或扫描。"


class PdfLockedError(ScanError):
    """A PDF that is encrypted: the county could not open it either."""

    code = "scan.pdf-locked"
    zh = "这个 PDF 加了口令，没有收下。请先去掉口令，或打印后扫描。"


class PdfActiveError(ScanError):
    """A PDF that carries a script, another file, or an action; or has something behind its end."""

    code = "scan.pdf-active"
    zh = "这个 PDF 里带有脚本、附件或会自动执行的动作，没有收下。请打印后扫描。发现："


class PdfPagesError(ScanError):
    """A PDF has more pages than are taken."""

    code = "scan.pdf-pages"
    zh = "这个 PDF 页数太多，没有收下。请只留需要的页。最多："


class ScanCountError(ScanError):
    """An application has as many pages as can be sent; nothing was added."""

    code = "scan.count"
    zh = "这件申请的页数已到上限，没有再添加。请删去不需要的页。最多："


class ScanUnknownError(ScanError):
    """A page was taken away meanwhile, or its application was handed in."""

    code = "scan.unknown"
    zh = "这一页已经不在了：已被删去，或申请已经交出。请重新打开页面。"


class ScanFolderError(ScanError):
    """The folder of the scanner can't be read; whatever lies in it stays there."""

    code = "scan.folder"
    zh = "读不到扫描仪的文件夹，里面的文件没有动。请核对 station.toml 里的 scanner_folder："


class ScanGrowingError(ScanError):
    """The scanner is still writing a file, or took it away; it was not taken."""

    code = "scan.growing"
    zh = "扫描仪还在写这个文件，或文件已不在，没有收下。请稍等几秒再选。"
