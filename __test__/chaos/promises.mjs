/** Bytes that the heap may be larger in the end than before there was a bot: code and caches. */
const HEAP = 4 * 2 ** 20;
/** Bytes that the second half of the episodes may add to the resident memory. */
const RESIDENT = 20 * 2 ** 20;

/** Each of these is a broken promise, if it is not 0. */
const NONE = [
  ...['lost', 'doubled', 'disordered', 'stuck', 'revived', 'gaveUp'],
  ...['unsettled', 'settledAgain', 'unpaired', 'floodGaps', 'crashes'],
];

/** @returns {string[]} the promises that the figures of a run show to be broken, in words */
export function faultsIn({ weights, handles, exit, logins, loginsAllowed, crashReports, ...figures }) {
  const faults = NONE.filter((name) => figures[name] !== 0).map((name) => `${name}: ${figures[name]}`);
  faults.push(...crashReports);
  if (logins > loginsAllowed) faults.push(`${logins} logins where ${loginsAllowed} are allowed`);
  const { empty, halfway, full, disposed } = weights;
  const heap = disposed.heap - empty.heap;
  if (heap > HEAP) faults.push(`${heap} bytes of heap stayed behind`);
  const resident = full.resident - halfway.resident;
  if (resident > RESIDENT) faults.push(`the second half made the process ${resident} bytes larger`);
  if (handles.length > 0) faults.push(`left open: ${handles.join(', ')}`);
  if (exit !== 0) faults.push(`the process ended with ${exit}`);
  return faults;
}
