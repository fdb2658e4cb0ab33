'use strict';

/** What may go wrong at each step in a chaos run that names nothing else. */
const MISFORTUNES = {
  csds: [{ status: 500 }, { cut: true }, { late: 20 }],
  login: [{ status: 500 }, { status: 429 }, { cut: true }, { late: 20 }],
  refresh: [{ status: 401 }, { status: 500 }, { cut: true }],
  upgrade: [{ status: 401 }, { status: 502 }, { cut: true }, { closes: 4401 }, { closes: 1011 }, { late: 20 }],
  request: [
    ...[
      { code: 400 },
      { code: 429 },
      { code: 500 },
      { hang: true },
      { late: 20 },
      { doubled: true },
      { unknown: true },
    ],
    ...[{ reordered: true }, { cut: true }, { closes: 1000 }, { closes: 4407 }, { closes: 1011, before: true }],
  ],
  notification: [
    ...[{ lost: true }, { late: 20 }, { doubled: true }, { reordered: true }, { garbage: '{"kind":' }],
    ...[{ cut: true }, { closes: 1011 }],
  ],
};

/**
 * Random faults that a seed repeats: the n-th call of a step meets the same fate in every run with that seed, however the
 * calls of different steps interleave.
 */
class Chaos {
  #handles;

  /**
   * @param {Faults} faults
   * @param {{seed?: number, rate?: number, misfortunes?: object}} [options] rate: share of calls that something happens to;
   *   misfortunes: {step: [fault, …]}, default: something of everything
   */
  constructor(faults, { seed = 1, rate = 0.05, misfortunes = MISFORTUNES } = {}) {
    this.seed = seed;
    /** What was done, in order: {step, type, fault}. */
    this.deeds = [];
    this.#handles = Object.entries(misfortunes).map(([step, choices]) => {
      const random = randomFrom(`${seed}/${step}`);
      return faults.on(step, ({ type }) => {
        // Both are drawn each time, so that one call's fate does not shift the next one's.
        const [chance, choice] = [random(), random()];
        if (chance >= rate) return undefined;
        const fault = choices[Math.floor(choice * choices.length)];
        this.deeds.push({ step, type, fault });
        return fault;
      });
    });
  }

  /** No more of it. */
  ends() {
    for (const handle of this.#handles) handle.ends();
  }
}

/** @returns {Function} numbers in [0, 1), the same for the same text (FNV-1a into mulberry32) */
function randomFrom(text) {
  let state = 2166136261;
  for (const character of text) state = Math.imul(state ^ character.codePointAt(0), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

module.exports = { Chaos, randomFrom };
