'use strict';

const { readFileSync } = require('node:fs');
const { performance } = require('node:perf_hooks');

/** µs of processor time that the main thread has had. Elsewhere than on Linux: the time it was not idle. */
function mainThread() {
  try {
    const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ');
    return Number(nanoseconds) / 1000;
  } catch {
    return performance.eventLoopUtilization().active * 1000;
  }
}

/** µs of processor time that all threads of the process have had. */
function wholeProcess() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/**
 * Starts to measure.
 *
 * @returns {() => { ms: number, main: number, total: number }} what has passed since: ms of the clock, µs of the main
 *   thread and of all threads
 */
function measure() {
  const start = { ms: performance.now(), main: mainThread(), total: wholeProcess() };
  return () => ({
    ms: performance.now() - start.ms,
    main: mainThread() - start.main,
    total: wholeProcess() - start.total,
  });
}

/**
 * @param {number[]} values
 * @param {number} share 0.5 for the median
 */
function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

module.exports = { measure, pause, percentile };
