import type { CallOptions } from "./options.js";
import type { SonoranResponse, SonoranSuccess } from "./response.js";

/** What methods of `instance.cms` have in common. */
export type CmsMethod = (...given: any[]) => Promise<SonoranResponse<any>>;

/** What a method takes before its call options. */
export type ArgumentsOf<Method extends CmsMethod> = WithoutLast<Parameters<Method>>;

/** The arguments of a call, or the only one, where it is no list. */
export type CallOf<Method extends CmsMethod> =
  | Readonly<ArgumentsOf<Method>>
  | ([Parameters<Method>[0]] extends ArgumentsOf<Method> ? Exclude<Parameters<Method>[0], readonly unknown[]> : never);

/**
 * Many calls, in any order of things: an array, a set, a generator, also one to be awaited. A text, whose characters could
 * be calls, is none.
 */
export type Calls<Call> = (readonly Call[] | Iterable<Call> | AsyncIterable<Call>) & object;

/**
 * Gives a misspelt field no type that it could have. The compiler looks for those itself where a call is written in its
 * place, but not where a callback gives it, as in `ids.map((id) => [id, { accId: id }])`. Objects of interfaces and classes
 * may have more fields, as everywhere.
 *
 * @example
 * function everything<Method extends CmsMethod, Call extends CallOf<Method>>(
 *   method: Method,
 *   calls: Calls<Call & Spelt<Call, CallOf<Method>>>,
 * ) {
 *   return instance.map<Method, Call>(method, calls);
 * }
 */
export type Spelt<Call, Wanted> = Call extends readonly unknown[]
  ? { readonly [At in keyof Call]: SpeltFields<Call[At], Wanted extends readonly unknown[] ? Wanted[At & keyof Wanted] : never> }
  : SpeltFields<Call, Wanted>;

// Interfaces and classes are no records.
type SpeltFields<Given, Wanted> =
  Given extends Readonly<Record<string, unknown>>
    ? { readonly [Name in Exclude<keyof Given, KeysOf<Wanted>> as string extends Name ? never : Name]: never }
    : unknown;

type KeysOf<Any> = Any extends unknown ? keyof Any : never;

/** The data that a method's success has. */
export type DataOf<Method extends CmsMethod> = Extract<Awaited<ReturnType<Method>>, { success: true }>["data"];

type WithoutLast<All extends readonly unknown[]> = number extends All["length"]
  ? All
  : Required<All> extends readonly [unknown]
    ? []
    : All extends readonly [infer First, ...infer Rest]
      ? [First, ...WithoutLast<Rest>]
      : All extends readonly [(infer First)?, ...infer Rest]
        ? [First?, ...WithoutLast<Rest>]
        : [];

/** What came of one of many calls. */
export interface MapResult<Method extends CmsMethod> {
  /** Which of the calls it was, from 0. */
  readonly index: number;
  /** What it was called with. */
  readonly arguments: ArgumentsOf<Method>;
  /** What came of it. A failure is in it too, whatever the instance says. */
  readonly response: SonoranResponse<DataOf<Method>>;
}

/**
 * The results of many calls: walked through, each as it comes, in whatever order that is; awaited, all of them in an array.
 * Where something is thrown, as for a wrong call, awaiting loses the results that had come.
 */
export interface MapResults<Method extends CmsMethod>
  extends AsyncGenerator<MapResult<Method>, void, undefined>,
    PromiseLike<MapResult<Method>[]> {}

/** How far many calls have come. */
export interface Progress {
  /** How many responses have come. */
  readonly done: number;
  /** How many calls there are; null where that is not known before. */
  readonly total: number | null;
  /** How many requests could be sent now. */
  readonly free: number;
  /** How long the rate limit makes the rest take, about; null where the total is not known. */
  readonly secondsLeft: number | null;
}

/** What holds for many calls: the call options hold for each of them, and the signal ends all. */
export interface MapOptions extends CallOptions {
  /** How many calls are under way at a time; those that wait for the rate limit are, too. Default: 8. */
  concurrency?: number | undefined;
  /** Called for each response. What it throws is a warning of the process. */
  progress?: ((progress: Progress) => unknown) | undefined;
}
