// Random values from a seed: the same in every run, unless SONORAN_SEED says otherwise.

const SEED = Number(process.env.SONORAN_SEED ?? 20_260_101);
const NAMES = ["key", "type", "data", "accId", "accountId", "owner", "secondaryRanks", "toString"];

/** A source of whole numbers: `next(n)` is from 0 to n - 1. */
export function random(seed = SEED) {
  let state = seed >>> 0;
  return {
    next(bound) {
      // A step of mulberry32.
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
    },
  };
}

/** A whole Unicode text of up to seven characters. */
export function anyText({ next }) {
  return String.fromCodePoint(...Array.from({ length: next(8) }, () => codePoint(next)));
}

function codePoint(next) {
  const point = next(2) ? next(0x80) : next(0x110000);
  return point >= 0xd800 && point < 0xe000 ? 0x20 : point;
}

/** A value that JSON can hold, up to four levels deep. */
export function anyJson(source, level = 4) {
  const { next } = source;
  switch (next(level > 0 ? 8 : 6)) {
    case 0:
      return null;
    case 1:
      return next(2) === 0;
    case 2:
      return next(2 ** 32) - 2 ** 31;
    case 3:
      return next(2 ** 32) / (1 + next(1000));
    case 4:
    case 5:
      return anyText(source);
    case 6:
      return Array.from({ length: next(5) }, () => anyJson(source, level - 1));
    default:
      return Object.fromEntries(Array.from({ length: next(5) }, () => [anyName(source), anyJson(source, level - 1)]));
  }
}

function anyName(source) {
  return source.next(2) ? NAMES[source.next(NAMES.length)] : `n${anyText(source)}`;
}
