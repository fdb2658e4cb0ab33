// `npm run fuzz -- [TARGET] [SECONDS]`: fuzzes one target, or each of them in turn. Stable Rust does what cargo-fuzz asks of
// nightly, if it is told so.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const all = readdirSync(path.join(ROOT, 'fuzz', 'seeds')).sort();
const [target, seconds = '30'] = process.argv.slice(2);

for (const name of target ? [target] : all) {
  // What is found is kept apart from the seeds.
  const corpus = path.join('fuzz', 'corpus', name);
  mkdirSync(path.join(ROOT, corpus), { recursive: true });
  const args = ['fuzz', 'run', name, corpus, path.join('fuzz', 'seeds', name), '--', `-max_total_time=${seconds}`];
  const { status } = spawnSync('cargo', args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, RUSTC_BOOTSTRAP: '1' },
  });
  if (status !== 0) process.exit(status ?? 1);
}
