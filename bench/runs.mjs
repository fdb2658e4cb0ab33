// What the benchmark's programs share: the SDKs, the service, and one case with one of the SDKs, in a process of its own.

import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { packedProject } from '../scripts/packed.mjs';
import * as loadService from './service.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const execute = promisify(execFile);

/** The longest that a run may take, in ms. */
const PATIENCE = 300000;

/** What the figures were measured on. */
export const MACHINE = `${os.cpus().length} × ${os.cpus()[0].model.trim()}, ${os.type()} ${os.release()}, Node ${process.version}`;

/** What is measured of ours is the installed package. A copy, since the folder is made anew whenever the checkout changes. */
function sdkPath(scratch) {
  cpSync(path.join(packedProject(), 'node_modules'), path.join(scratch, 'node_modules'), { recursive: true });
  return path.join(scratch, 'node_modules', 'node-agent-sdk');
}

const KNOWN = {
  ours: (scratch) => ({ adapter: 'agent', folder: sdkPath(scratch) }),
  original: () => ({ adapter: 'agent', folder: path.dirname(require.resolve('node-agent-sdk/package.json')) }),
  ws: () => ({ adapter: 'ws', folder: path.dirname(require.resolve('ws/package.json')) }),
  raw: () => ({ adapter: 'raw' }),
};

/**
 * @typedef {{ name: string, adapter: string, folder?: string }} Sdk
 *
 * @param {string[]} names of `ours`, `original`, `ws`, `raw`
 * @param {(sdks: Sdk[], service: { port: number, caFile: string }) => Promise<void>} work while it lasts there is a service
 */
export async function withService(names, work) {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'node-agent-sdk-rs-bench-'));
  try {
    loadService.build();
    const sdks = names.map((name) => ({ name, ...KNOWN[name](scratch) }));
    const service = await loadService.start(path.join(scratch, 'ca.pem'));
    await work(sdks, service);
    service.stop();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * @param {{ workload: string, params: object }} one a case
 * @param {Sdk} sdk
 * @param {{ port: number, caFile: string }} service
 * @returns {Promise<Object<string, number>>} its figures
 */
export async function runOnce(one, sdk, service) {
  const { workload, params } = one;
  const job = JSON.stringify({ sdk, workload, params, service });
  const { command, args } =
    sdk.adapter === 'raw'
      ? loadService.rawClient(one, service)
      : { command: process.execPath, args: ['--expose-gc', path.join(HERE, 'child.cjs'), job] };
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: service.caFile };
  const { stdout } = await execute(command, args, { env, timeout: PATIENCE });
  return JSON.parse(stdout);
}
