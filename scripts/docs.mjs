// The API reference in docs/api, made from the declarations.
//
//   node scripts/docs.mjs            writes it
//   node scripts/docs.mjs --check    fails where what is committed is not what would be written

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const COMMITTED = path.join(ROOT, 'docs', 'api');
const TYPEDOC = path.join(ROOT, 'node_modules', 'typedoc', 'bin', 'typedoc');

const generate = (folder) =>
  execFileSync(process.execPath, [TYPEDOC, '--out', folder], { cwd: ROOT, stdio: 'inherit' });

/** File → text. */
const contents = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `${name}\n${readFileSync(path.join(folder, name), 'utf8')}`);

function check() {
  const fresh = mkdtempSync(path.join(os.tmpdir(), 'node-agent-sdk-rs-docs-'));
  try {
    generate(fresh);
    if (contents(fresh).join('\0') === contents(COMMITTED).join('\0')) return;
    console.error('docs/api is not what the declarations say: npm run docs, and commit it');
    process.exitCode = 1;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

if (process.argv[2] === '--check') check();
else generate(COMMITTED);
