"use strict";

/**
 * Works on the items of a source, a few at a time, and gives the results as they come. One that is yet to be taken
 * counts as under way. What fails ends it, once the results of the others have been given.
 */
class Flow {
  #begin;
  #concurrency;
  #work;
  #source = null;
  #pulling = false;
  /** The source has said that it is done, or has thrown. */
  #exhausted = false;
  /** No more is begun. */
  #stopped = false;
  #index = 0;
  #underWay = 0;
  #came = [];
  #failure = null;
  #wake = null;

  /** `begin` gives the iterator of the source; `work` is given an item and its index. */
  constructor(begin, concurrency, work) {
    this.#begin = begin;
    this.#concurrency = concurrency;
    this.#work = work;
  }

  /** How many items are being worked on. */
  get underWay() {
    return this.#underWay;
  }

  async *results() {
    for (;;) {
      if (this.#hasRoom() && !this.#pulling) void this.#pull();
      if (this.#came.length > 0) yield this.#came.shift();
      else if (this.#stopped && this.#underWay === 0) break;
      else await new Promise((resolve) => (this.#wake = resolve));
    }
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Begins no more; the error is thrown once the others are done. */
  fail(error) {
    this.#failure ??= { error };
    this.#stopped = true;
    this.#wake?.();
  }

  /** To be called when nobody takes results any longer: the source may have something to close. */
  async end() {
    this.#stopped = true;
    if (this.#source === null || this.#exhausted) return;
    const closed = this.#source.return?.();
    // One that is being asked for an item would be waited for, and nobody wants that item.
    if (this.#pulling) Promise.resolve(closed).catch(() => {});
    else await closed;
  }

  #hasRoom() {
    return !this.#stopped && this.#underWay + this.#came.length < this.#concurrency;
  }

  async #pull() {
    this.#pulling = true;
    try {
      this.#source ??= this.#begin();
      while (this.#hasRoom()) {
        const { done, value } = await this.#source.next();
        if (done) this.#exhausted = this.#stopped = true;
        else if (!this.#stopped) this.#start(value);
      }
    } catch (error) {
      this.#exhausted = true;
      this.fail(error);
    } finally {
      this.#pulling = false;
      this.#wake?.();
    }
  }

  #start(item) {
    const index = this.#index++;
    this.#underWay += 1;
    const ended = () => {
      this.#underWay -= 1;
      this.#wake?.();
    };
    this.#work(item, index)
      .then((result) => this.#came.push(result), (error) => this.fail(error))
      .then(ended);
  }
}

module.exports = { Flow };
