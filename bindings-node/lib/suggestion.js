"use strict";

/** Which of the known names a mistyped one was meant to be, as words; else all there are. The core does so with its own. */
function suggestion(name, known) {
  const nearest = meant(name, known);
  if (nearest !== null) return `did you mean ${nearest}?`;
  return `there are ${known.slice(0, -1).join(", ")} and ${known.at(-1)}`;
}

/** Which of the known names a mistyped one was meant to be; null where it resembles none. */
function meant(name, known) {
  const distances = known.map((each) => distance(plain(name), plain(each)));
  const nearest = distances.indexOf(Math.min(...distances));
  return distances[nearest] <= known[nearest].length / 3 ? known[nearest] : null;
}

function plain(name) {
  return name.replace(/[^\p{L}\p{N}]/gu, "").toLowerCase().slice(0, 64);
}

/** How many letters are to be put in, taken away or changed (Levenshtein). */
function distance(from, to) {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const changed = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(changed, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[to.length];
}

module.exports = { meant, suggestion };
