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

import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { packedProject } from '../scripts/packed.mjs';
import { CASES } from './cases.mjs';
import { median, table } from './report.mjs';
import * as loadService from './service.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const run = promisify(execFile);

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

/** What is measured of ours is the installed package. A copy, since the folder is made anew whenever the checkout changes. */
function sdkPath(scratch) {
  cpSync(path.join(packedProject(), 'node_modules'), path.join(scratch, 'node_modules'), { recursive: true });
  return path.join(scratch, 'node_modules', 'node-agent-sdk');
}

function chosenSdks(scratch) {
  const known = {
    ours: () => ({ adapter: 'agent', folder: sdkPath(scratch) }),
    original: () => ({ adapter: 'agent', folder: path.dirname(require.resolve('node-agent-sdk/package.json')) }),
    ws: () => ({ adapter: 'ws', folder: path.dirname(require.resolve('ws/package.json')) }),
    raw: () => ({ adapter: 'raw' }),
  };
  const sdks = options.sdks.split(',').map((name) => ({ name, ...known[name]() }));
  const more = options.with.map((pair) => pair.split('='));
  return [...sdks, ...more.map(([name, folder]) => ({ name, adapter: 'agent', folder: path.resolve(folder) }))];
}

function chosenCases() {
  const wanted = options.only?.split(',');
  return CASES.filter(({ name, quick }) => {
    if (wanted) return wanted.some((start) => name.startsWith(start));
    return !options.quick || quick !== undefined;
  }).map((one) => ({ ...one, params: (options.quick && one.quick) || one.params }));
}

async function runOnce(one, sdk, service) {
  const { workload, params } = one;
  const job = JSON.stringify({ sdk, workload, params, service });
  const { command, args } =
    sdk.adapter === 'raw'
      ? loadService.rawClient(one, service)
      : { command: process.execPath, args: ['--expose-gc', path.join(HERE, 'child.cjs'), job] };
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: service.caFile };
  const { stdout } = await run(command, args, { env, timeout: 300000 });
  return JSON.parse(stdout);
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

const scratch = mkdtempSync(path.join(os.tmpdir(), 'node-agent-sdk-rs-bench-'));
try {
  loadService.build();
  const sdks = chosenSdks(scratch);
  const service = await loadService.start(path.join(scratch, 'ca.pem'));
  const machine = `${os.cpus().length} × ${os.cpus()[0].model.trim()}, ${os.type()} ${os.release()}, Node ${process.version}`;
  console.log(`${machine}\nmedians; µs of processor time; ✓ the mark is reached, ✗ it is not\n`);
  const all = {};
  for (const one of chosenCases()) {
    all[one.name] = await runCase(one, sdks, service);
    console.log(`${table(one, medians(all[one.name]))}\n`);
  }
  service.stop();
  if (options.json) writeFileSync(options.json, JSON.stringify({ machine, cases: all }, null, 2));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
