"""How many files and sockets this process may have open; raised as far as the system allows."""


def descriptor_limit(wanted: int) -> int:
    """How many a process may have at most once it asks for ``wanted``; nothing is changed."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return wanted
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)


def raise_descriptor_limit(wanted: int) -> int:
    """Lift the soft limit to ``wanted``, or as near as the hard limit lets; the limit now.

    Where the system has no such limit (Windows), ``wanted``.
    """
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted if soft == resource.RLIM_INFINITY else soft
    best = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (best, hard))
    except (OSError, ValueError):  # a system with a lower limit of its own
        return soft
    return best
