// A package registry on loopback with our packages in it, packed here. Whatever else is asked for is at npm's own.

import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishedManifest } from '../../scripts/manifest.mjs';
import { pack } from '../../scripts/packed.mjs';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const readJson = (...names) => JSON.parse(readFileSync(path.join(ROOT, ...names), 'utf8'));

/**
 * @param {string} folder where the tarballs go
 * @returns {Promise<{ url: string, asked: string[], close: () => void }>} asked: the paths that npm asked for, in order
 */
export async function startRegistry(folder) {
  const { main, platform, platformName } = pack(folder);
  const manifests = readdirSync(path.join(ROOT, 'npm')).map((name) => readJson('npm', name, 'package.json'));
  const packages = new Map(manifests.map((manifest) => [manifest.name, { manifest }]));
  packages.get(platformName).tarball = platform;
  const published = publishedManifest(readJson('package.json'));
  packages.set(published.name, { manifest: published, tarball: main });

  const asked = [];
  const server = createServer((request, response) => {
    const url = decodeURIComponent(request.url);
    asked.push(url);
    const [, name, rest] = url.split('/');
    if (!packages.has(name)) response.writeHead(302, { Location: `https://registry.npmjs.org${request.url}` }).end();
    else if (rest === undefined) response.end(JSON.stringify(packument(packages.get(name), base)));
    else if (packages.get(name).tarball) createReadStream(packages.get(name).tarball).pipe(response);
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${server.address().port}`;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `${base}/`, asked, close };
}

/** What a registry says about a package: npm picks a version by it, before it fetches anything. */
function packument({ manifest, tarball }, base) {
  const { name, version } = manifest;
  const bytes = tarball ? readFileSync(tarball) : Buffer.alloc(0);
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  const dist = { tarball: `${base}/${name}/-/${name}-${version}.tgz`, integrity };
  return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } };
}
