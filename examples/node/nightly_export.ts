// Everybody of the community as CSV, with a progress bar; for a nightly job.
//
//   node nightly_export.ts members.csv
//
// SONORAN_API_KEY and SONORAN_COMMUNITY_ID are the credential, which the emulator has as YOUR_API_KEY and
// YOUR_COMMUNITY_ID; SONORAN_CMS_API_URL is the emulator's address. Rate limits are waited for, so a large community takes
// its time; the file is there once it is whole. Node.js runs TypeScript itself from 22.18 on; older ones with tsx.

import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import Sonoran, { type Instance } from "sonoran.js";

const COLUMNS = ["accId", "accName", "comName", "sysStatus", "comStatus", "banned"] as const;
const WIDTH = 40;

/** Writes all accounts; gives how many they are. */
export async function exportTo(file: string, instance: Instance): Promise<number> {
  const accounts = instance.walk.getAccountsV2({}, { timeout: 60_000 });
  async function* lines() {
    yield line(COLUMNS);
    for await (const account of accounts) {
      yield line(COLUMNS.map((column) => account[column]));
      show(accounts.position, accounts.total ?? accounts.position);
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(`${file}.partial`));
  await rename(`${file}.partial`, file);
  return accounts.position;
}

/** A line of CSV. */
function line(values: readonly unknown[]): string {
  return `${values.map((value) => `"${String(value ?? "").replaceAll('"', '""')}"`).join(",")}\r\n`;
}

/** The bar, on one line of a terminal. */
function show(done: number, total: number): void {
  const filled = Math.floor((WIDTH * done) / Math.max(total, 1));
  process.stderr.write(`\r[${"#".repeat(filled).padEnd(WIDTH, ".")}] ${done} of ${total}`);
}

async function main(): Promise<void> {
  const { SONORAN_API_KEY: apiKey = "", SONORAN_COMMUNITY_ID: communityId = "" } = process.env;
  const file = process.argv[2] ?? "members.csv";
  const count = await exportTo(file, Sonoran.instance({ apiKey, communityId }));
  console.error(`\n${count} accounts are in ${file}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
