"""Looking after accounts, as the command line and the pages ask for it."""

from collections.abc import Mapping
from typing import Any

from central.accounts.accounts import Accounts
from central.accounts.roles import StaffRole
from runtime.control.owner import Operation, Report

Args = Mapping[str, Any]


def staff_operations(role: str, accounts: Accounts) -> dict[str, Operation]:
    """The operations by name; ``role`` is "county" or "hub". Passwords never get into a record."""

    async def listed(_: Args, __: Report) -> list[dict[str, Any]]:
        return [account.json() for account in await accounts.listed()]

    async def add(args: Args, _: Report) -> dict[str, Any]:
        given = args.get("password")
        account, password = await accounts.add(args["name"], StaffRole(args["role"]), given)
        return {**account.json(), **({} if given else {"password": password})}

    async def password(args: Args, _: Report) -> dict[str, Any]:
        given = args.get("password")
        made = await accounts.set_password(args["name"], given)
        return {"name": args["name"], **({} if given else {"password": made})}

    async def change(args: Args, _: Report) -> dict[str, Any]:
        name = args["name"]
        match args["change"]:
            case "unlock":
                account = await accounts.unlock(name)
            case "disable" | "enable" as wanted:
                account = await accounts.set_disabled(name, disabled=wanted == "disable")
            case "no-second":
                account = await accounts.drop_second(name)
            case wanted:
                account = await accounts.set_role(name, StaffRole(wanted))
        return account.json()

    async def remove(args: Args, _: Report) -> dict[str, str]:
        await accounts.remove(args["name"])
        return {"name": args["name"]}

    return {
        f"{role}.staff-list": listed,
        f"{role}.staff-add": add,
        f"{role}.staff-password": password,
        f"{role}.staff-change": change,
        f"{role}.staff-remove": remove,
    }


def staff_said(role: str) -> dict[str, tuple[str, ...]]:
    """What of the arguments stands in the audit record; the first is the subject."""
    return {
        f"{role}.staff-add": ("name", "role"),
        f"{role}.staff-password": ("name",),
        f"{role}.staff-change": ("name", "change"),
        f"{role}.staff-remove": ("name",),
    }
