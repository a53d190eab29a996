"use strict";

const NAME = "SONORAN_CMS_API_URL";

/** What was there before each that holds, the last one last. */
const kept = [];

/** Sends instances without an address to this one, until what it gives is called; in whatever order, all is as before. */
function redirect(url) {
  const own = { before: process.env[NAME] };
  kept.push(own);
  process.env[NAME] = url;
  return () => {
    const place = kept.indexOf(own);
    kept.splice(place, 1);
    if (place < kept.length) kept[place].before = own.before;
    else if (own.before === undefined) delete process.env[NAME];
    else process.env[NAME] = own.before;
  };
}

module.exports = { redirect };
