// The benchmark: ours beside node-agent-sdk, bare `ws` and a raw client, on a load service of our own.
//
//   npm run bench:quick              three cases, less than a minute
//   npm run bench                    all of them
//     --only NAMES                   cases, by name or the beginning of it: small,agents
//     --sdks NAMES                   ours,original,ws,raw
//     --rounds N                     how often each SDK runs each case; the table shows medians
//     --with NAME=FOLDER             one more build of ours, beside the others
//     --json FILE                    every figure of every run
//
// Each run is a process of its own, and the SDKs take turns, so that what else the machine does meets them all.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CASES } from './cases.mjs';
import { median, table } from './report.mjs';
import { MACHINE, runOnce, withService } from './runs.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    sdks: { type: 'string', default: 'ours,original,ws,raw' },
    rounds: { type: 'string' },
    with: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
  },
});

function chosenCases() {
  const wanted = options.only?.split(',');
  return CASES.filter(({ name, quick }) => {
    if (wanted) return wanted.some((start) => name.startsWith(start));
    return !options.quick || quick !== undefined;
  }).map((one) => ({ ...one, params: (options.quick && one.quick) || one.params }));
}

async function runCase(one, sdks, service) {
  const able = sdks.filter(({ name }) => !one.without?.includes(name));
  const runs = Object.fromEntries(able.map(({ name }) => [name, []]));
  const rounds = Number(options.rounds) || one.rounds || 3;
  for (let round = 0; round < rounds; round += 1)
    for (const sdk of able) runs[sdk.name].push(await runOnce(one, sdk, service));
  return runs;
}

function medians(runs) {
  const ofSdk = (figures) =>
    Object.fromEntries(Object.keys(figures[0]).map((name) => [name, median(figures.map((figure) => figure[name]))]));
  return Object.fromEntries(Object.entries(runs).map(([name, figures]) => [name, ofSdk(figures)]));
}

const more = options.with
  .map((pair) => pair.split('='))
  .map(([name, folder]) => ({ name, folder: path.resolve(folder) }));

await withService(options.sdks.split(','), async (sdks, service) => {
  console.log(`${MACHINE}\nmedians; µs of processor time; ✓ the mark is reached, ✗ it is not\n`);
  const all = {};
  for (const one of chosenCases()) {
    all[one.name] = await runCase(one, [...sdks, ...more.map((sdk) => ({ ...sdk, adapter: 'agent' }))], service);
    console.log(`${table(one, medians(all[one.name]))}\n`);
  }
  if (options.json) writeFileSync(options.json, JSON.stringify({ machine: MACHINE, cases: all }, null, 2));
});
