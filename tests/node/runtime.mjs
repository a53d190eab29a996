// Which runtime runs these tests. What one of them cannot do is said where it is skipped, and in docs/platforms.md.

/** Node, Bun or Deno. */
export const runtime = process.versions.bun ? "Bun" : process.versions.deno ? "Deno" : "Node";

/** Options of a test that one runtime cannot pass, and why. */
export function exceptIn(other, why, more = {}) {
  return { ...more, skip: more.skip || (runtime === other && `${other}: ${why}`) };
}
