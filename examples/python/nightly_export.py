"""Everybody of the community as CSV, with a progress bar; for a nightly job.

    python nightly_export.py members.csv

SONORAN_API_KEY and SONORAN_COMMUNITY_ID are the credential, which the emulator has as YOUR_API_KEY and
YOUR_COMMUNITY_ID; SONORAN_CMS_API_URL is the emulator's address. Rate limits are waited for, so a large
community takes its time; the file is there once it is whole.
"""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path

from sonoran import Instance, Walk
from sonoran.types import AccountPage, AccountSummary

COLUMNS = ("id", "name", "community", "live", "active", "banned")
WIDTH = 40


def export(instance: Instance, file: Path) -> int:
    """Writes all accounts; gives how many they are."""
    accounts = instance.walk.getAccountsV2(timeout=60)
    partial = file.with_suffix(".partial")
    with partial.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(COLUMNS)
        for account in accounts:
            writer.writerow(row(account))
            show(accounts)
    partial.replace(file)
    return accounts.position


def row(account: AccountSummary) -> tuple[object, ...]:
    """What stands under COLUMNS."""
    return (
        account["accId"],
        account["accName"],
        account["comName"],
        account["sysStatus"],
        account["comStatus"],
        account["banned"],
    )


def show(accounts: Walk[AccountSummary, AccountPage]) -> None:
    """The bar, on one line of a terminal."""
    total = accounts.total or accounts.position
    filled = WIDTH * accounts.position // max(total, 1)
    bar = "#" * filled + "." * (WIDTH - filled)
    print(f"\r[{bar}] {accounts.position} of {total}", end="", file=sys.stderr, flush=True)


def main() -> None:
    with Instance(
        apiKey=os.environ["SONORAN_API_KEY"], communityId=os.environ["SONORAN_COMMUNITY_ID"], throwErrors=True
    ) as instance:
        count = export(instance, Path(sys.argv[1]))
    print(f"\n{count} accounts are in {sys.argv[1]}", file=sys.stderr)


if __name__ == "__main__":
    main()
