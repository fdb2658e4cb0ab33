// Puts the modules of lib/ into one file each for what users require: `require` takes longer for the number of files than
// for what is in them. Nothing is renamed or minified, so that a stack still says where.

import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';

/** What users require, and index.js for them. */
const ENTRIES = ['index.js', 'AgentSurveyClient.js'];
const KEPT = [...ENTRIES, 'AgentSDK.js'];

/** @param {string} folder a package that is about to be packed; what is not needed any more of its lib/ is removed */
export function bundle(folder) {
  const lib = path.join(folder, 'lib');
  buildSync({
    absWorkingDir: folder,
    entryPoints: ENTRIES.map((file) => path.join('lib', file)),
    outdir: 'lib',
    allowOverwrite: true,
    bundle: true,
    platform: 'node',
    target: 'node16.13',
    external: ['../native'],
    logLevel: 'warning',
  });
  for (const file of readdirSync(lib)) {
    const isKept = KEPT.includes(file) || file.endsWith('.d.ts');
    if (!isKept) rmSync(path.join(lib, file), { recursive: true });
  }
}
