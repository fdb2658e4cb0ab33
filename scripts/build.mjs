// Builds the addon (release) into the root of the checkout. `npm ci` runs it; published packages do not have it.
//
//   node scripts/build.mjs [options of `napi build`, e.g. --target aarch64-apple-darwin]

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const OUT = path.join(ROOT, 'target', 'addon');

if (spawnSync('cargo', ['--version'], { stdio: 'ignore' }).status !== 0) {
  console.error(
    'node-agent-sdk-rs: cargo was not found, so the addon is not built. Install Rust (rustup.rs), then: npm run build',
  );
  process.exit(0);
}

mkdirSync(OUT, { recursive: true });
const napi = path.join(ROOT, 'node_modules', '.bin', process.platform === 'win32' ? 'napi.cmd' : 'napi');
const options = [
  '--release',
  '--platform',
  '--no-js',
  '--dts',
  'native.d.ts',
  '--output-dir',
  OUT,
  ...process.argv.slice(2),
];
execFileSync(napi, ['build', ...options], { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });

// By renaming: a process that has the addon loaded keeps the file it has mapped.
for (const file of readdirSync(OUT)) renameSync(path.join(OUT, file), path.join(ROOT, file));
