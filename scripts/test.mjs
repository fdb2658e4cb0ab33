// Runs the JavaScript tests: all `*.test.{js,mjs}` below the folders given, or below all that have any.
// Explicit files, because what `node --test FOLDER` finds differs from one version of Node to the next.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const folders = process.argv.length > 2 ? process.argv.slice(2) : ['__test__', 'simulator/test'];

const files = folders.flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true })
    .filter((file) => /\.test\.m?js$/.test(file) && !file.includes('node_modules'))
    .map((file) => path.join(folder, file))
    .sort(),
);
const { status } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', ...files], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exit(status ?? 1);
