import { FIGURES } from './cases.mjs';

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * One case as text: its figures for each SDK, and those of ours as ratios.
 *
 * @param {import('./cases.mjs').Case} one
 * @param {Object<string, Object<string, number>>} results SDK → figure → median
 * @returns {string}
 */
export function table(one, results) {
  const sdks = Object.keys(results);
  const others = sdks.filter((name) => name === 'original' || name === 'ws');
  const rows = [[one.title, ...sdks, ...others.map((name) => `ours ÷ ${name}`)]];
  for (const figure of one.figures) {
    const cells = sdks.map((name) => readable(results[name][figure]));
    const ratios = others.map((name) => verdict(results, figure, name, one.marks?.[figure]?.[name]));
    rows.push([`  ${FIGURES[figure]}`, ...cells, ...ratios]);
  }
  return rows.map((row) => row.map(padded).join('')).join('\n');
}

const padded = (cell, column) => (column === 0 ? cell.padEnd(58) : cell.padStart(16));

function readable(value) {
  if (value === undefined) return '–';
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}

function verdict(results, figure, other, mark) {
  const { ours } = results;
  if (!ours || ours[figure] === undefined || !results[other][figure]) return '–';
  const ratio = ours[figure] / results[other][figure];
  const text = ratio >= 100 ? ratio.toFixed(0) : ratio.toFixed(ratio < 0.1 ? 3 : 2);
  if (mark === undefined) return text;
  return `${text} ${isReached(ratio, mark) ? '✓' : '✗'}${mark}`;
}

const isReached = (ratio, mark) => (mark[0] === '>' ? ratio >= Number(mark.slice(1)) : ratio <= Number(mark.slice(1)));
