// Builds and runs bench/service: the load service, and the raw client.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const TARGET = process.env.CARGO_TARGET_DIR || path.join(ROOT, 'target');
const BINARY = path.join(TARGET, 'release', process.platform === 'win32' ? 'bench-service.exe' : 'bench-service');

/** Builds it, where it is not built yet. */
export function build() {
  const manifest = path.join(ROOT, 'bench', 'service', 'Cargo.toml');
  const env = { ...process.env, CARGO_TARGET_DIR: TARGET };
  execFileSync('cargo', ['build', '--release', '--locked', '--quiet', '--manifest-path', manifest], {
    env,
    stdio: 'inherit',
  });
}

/**
 * Starts the service.
 *
 * @param {string} caFile where it writes the certificate of its authority
 * @returns {Promise<{ port: number, caFile: string, stop: () => void }>}
 */
export async function start(caFile) {
  const child = spawn(BINARY, ['serve', caFile], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { port: JSON.parse(line).port, caFile, stop: () => child.stdin.end() };
}

/** The arguments with which the raw client runs a case. */
export function rawClient({ workload, params }, { port, caFile }) {
  const what = workload === 'notifications' ? ['flood', JSON.stringify(params.load)] : ['clock', String(params.count)];
  return { command: BINARY, args: [what[0], String(port), caFile, what[1]] };
}
