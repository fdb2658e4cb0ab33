// A real HTTP proxy that tunnels with CONNECT, on 127.0.0.1. It remembers who wanted to go where.

import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';

/**
 * @param {object} t the test, with which the proxy ends
 * @param {{ user?: string, password?: string }} [credentials] which it demands
 * @returns {Promise<{ port: number, url: string, targets: string[] }>} targets: host:port of each tunnel that was granted
 */
export async function startProxy(t, { user, password } = {}) {
  const demanded = user === undefined ? undefined : `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const targets = [];
  const sockets = new Set();
  const proxy = http.createServer((request, response) => response.writeHead(405).end()); // tunnels only
  proxy.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  proxy.on('connect', async ({ url, headers }, client, head) => {
    if (headers['proxy-authorization'] !== demanded) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n');
      return;
    }
    targets.push(url);
    const server = net.connect(Number(url.split(':').pop()), '127.0.0.1'); // all names are those of the simulator
    sockets.add(server);
    server.on('error', () => client.destroy());
    client.on('close', () => server.destroy());
    await once(server, 'connect');
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    server.write(head);
    server.pipe(client).pipe(server);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => proxy.close(resolve));
  });
  const { port } = proxy.address();
  return { port, url: `http://127.0.0.1:${port}`, targets };
}
