import type { SonoranSuccess } from "./response.js";

/**
 * A list that comes in pages, one item after the other. The next page is asked for when the one before is used up; rate
 * limits, retries and the call's options hold for each page.
 *
 * A page that fails is thrown as its `SonoranError`, whatever the instance says, and an aborted one as the signal's
 * reason. The walk then stands where it was: to iterate over it once more goes on from there, and so it does after a
 * `break`. Who shares a walk shares its items. What is added or removed while somebody walks may shift the pages: the
 * service counts anew for each of them.
 *
 * @example
 * for await (const account of instance.walk.getAccountsV2({ banned: false })) {
 *   console.log(account.accName);
 * }
 */
export declare class Walk<Item, Page> implements AsyncIterable<Item> {
  private constructor();

  /** How many items lie behind, counted from the start of the list: a `skip` to go on from. */
  readonly position: number;

  /** How many items the whole list has, once a page has told; null until then, and where the service does not tell. */
  readonly total: number | null;

  /** The items that are left. */
  [Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined>;

  /** The whole responses that are left, each with one page, from where the items ended. */
  pages(): AsyncGenerator<SonoranSuccess<Page>, void, undefined>;

  /** All items that are left. Where a page fails none is lost: the next time gives all of them. */
  list(): Promise<Item[]>;

  /**
   * How many items the walk has from its start, for whoever shows progress; asks for the first page if none has come.
   *
   * @throws {TypeError} Where the service does not tell.
   */
  count(): Promise<number>;
}
