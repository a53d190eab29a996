"use strict";

const { isObject, kindOf, resolved } = require("./encode.js");
const { errorOf, wrongType, wrongValue } = require("./errors.js");
const { refuseMore } = require("./execute.js");
const { inspected, words } = require("./inspected.js");
const { SonoranResponse } = require("./response.js");

/** A list that comes in pages, one item after the other. It stands where the last item was given. */
class Walk {
  #operation;
  #paged;
  #fields;
  #call;
  #start;
  #position;
  #total = null;
  #ended = false;
  /** Items that have come and are yet to be given. */
  #waiting = [];
  /** The page before, as text: whoever has its items may change them. */
  #before = null;
  /** Ends when the page that is being asked for has come or failed. */
  #asking = null;

  /** `call` makes the call for a page, by its query. */
  constructor(operation, paged, { start, fields }, call) {
    this.#operation = operation;
    this.#paged = paged;
    this.#fields = fields;
    this.#call = call;
    this.#start = start;
    this.#position = start;
  }

  /** How many items lie behind, counted from the start of the list. */
  get position() {
    return this.#position;
  }

  /** How many items the whole list has, once a page has told. */
  get total() {
    return this.#total;
  }

  async *[Symbol.asyncIterator]() {
    for (;;) {
      if (this.#waiting.length > 0) yield this.#next();
      else if (this.#ended) return;
      else await this.#fetch();
    }
  }

  async *pages() {
    for (;;) {
      // Here, and not in a function: between its end and what follows somebody else could ask.
      while (this.#asking !== null) await this.#asking;
      this.#forgetFetched();
      if (this.#ended) return;
      yield await this.#ask(() => this.#wholePage());
    }
  }

  async list() {
    const items = [];
    try {
      for await (const item of this) items.push(item);
    } catch (error) {
      // For the next time.
      this.#position -= items.length;
      this.#waiting = [...items, ...this.#waiting];
      throw error;
    }
    return items;
  }

  async count() {
    while (this.#total === null && this.#waiting.length === 0 && !this.#ended) await this.#fetch();
    if (this.#total === null) throw new TypeError(`the service does not tell how many items ${this.#operation} has`);
    return Math.max(this.#total - this.#start, 0);
  }

  [inspected](depth, options, inspect) {
    const state = { operation: this.#operation, position: this.#position, total: this.#total };
    return words("Walk", state, depth, options, inspect);
  }

  #next() {
    this.#position += 1;
    return this.#waiting.shift();
  }

  /** Waits for the page that somebody else asks for, else asks for the next one. */
  async #fetch() {
    if (this.#asking !== null) await this.#asking;
    else await this.#ask();
  }

  /** Asks for the next page; `took` is called before anybody else sees it. */
  async #ask(took) {
    let done;
    this.#asking = new Promise((resolve) => (done = resolve));
    try {
      const response = await this.#call({ ...this.#fields, skip: this.#position });
      this.#took(response);
      took?.();
      return response;
    } finally {
      this.#asking = null;
      done();
    }
  }

  /**
   * Takes note of a page. The walk goes on from where its items ended, whatever was asked for: the service gives fewer
   * without a word. It ends with the total, with an empty page, and with one that came before, so that it does end.
   */
  #took(response) {
    if (!response.success) throw errorOf(response);
    const { list, total = this.#total } = this.#read(response.data);
    // A list that is null is empty, where nothing says that there is more.
    const items = list === null && (total === null || this.#position >= total) ? [] : list;
    if (!Array.isArray(items)) throw this.#refused(response, "holds no list where its items belong");
    const page = JSON.stringify(items);
    if (items.length > 0 && page === this.#before) throw this.#refused(response, "is the same page again: it takes no `skip`");
    this.#before = page;
    this.#total = total;
    this.#waiting = this.#waiting.concat(items);
    this.#ended = items.length === 0 || (this.#total !== null && this.#position + items.length >= this.#total);
  }

  /** What stands for the items of a page, and how many there are on all pages, where it tells. */
  #read(data) {
    const { items: name, total: totalName } = this.#paged;
    const [list, total] = name !== null && isObject(data) ? [data[name], data[totalName]] : [data, null];
    return { list, total: Number.isInteger(total) && total >= 0 ? total : undefined };
  }

  #refused({ status, meta, requestId, attempts, waited }, problem) {
    const kind = { kind: "invalidResponse", refusal: null, problem: null, retryAfter: null, outcomeUnknown: false };
    const error = { ...kind, attempts, operation: this.#operation, requestId, traceId: null };
    const reason = `The service's answer ${problem}.`;
    return errorOf(new SonoranResponse({ success: false, data: null, reason, status, meta, requestId, attempts, waited, error }));
  }

  /** Makes the next page start here: what was fetched beyond is asked for again. */
  #forgetFetched() {
    if (this.#waiting.length === 0) return;
    this.#waiting = [];
    this.#before = null;
    this.#ended = false;
  }

  #wholePage() {
    this.#position += this.#waiting.length;
    this.#waiting = [];
  }
}

/** What the generated methods call in the place of `execute`: begins a walk of one instance. */
function starter(execute) {
  return (operation, ids, body, last, paged) => {
    refuseMore(operation, last.more);
    const [name] = Object.keys(body);
    const query = readQuery(name, body[name], paged);
    return new Walk(operation, paged, query, (fields) => execute(operation, ids, { [name]: fields }, last));
  };
}

/** The fields of the query as they are now, and where the first page starts. */
function readQuery(name, query, paged) {
  const given = resolved(query ?? {});
  if (!isObject(given)) throw wrongType(name, `must be a plain object, not ${kindOf(given)}`);
  const { skip, ...fields } = given;
  fields[paged.size] ??= paged.largest;
  if (Number(fields[paged.size]) < 1) throw wrongValue(`${name}.${paged.size}`, "must be at least 1");
  return { start: readStart(`${name}.skip`, skip), fields };
}

function readStart(place, skip) {
  switch (typeof (skip ?? undefined)) {
    case "undefined":
      return 0;
    case "number":
    case "bigint":
    case "string":
      if (/^\d+$/.test(String(skip)) && Number.isSafeInteger(Number(skip))) return Number(skip);
      throw wrongValue(place, `must be a whole number from 0, not ${skip}`);
  }
  throw wrongType(place, `must be a whole number, not ${kindOf(skip)}`);
}

module.exports = { Walk, starter };
