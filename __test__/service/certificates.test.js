'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const { test } = require('node:test');

const { certificateAuthority, serverCertificate } = require('../../simulator/lib/certificates');
const selfsigned = require('selfsigned');
const { bot, start } = require('../support/kit');
const { child } = require('../support/child');
const { answering } = require('../support/servers');

const DAY = 24 * 3600 * 1000;
const HOSTS = ['localhost', '127.0.0.1'];

/** A certificate of its own making, which is no authority. */
async function selfSigned() {
  const altNames = [
    { type: 2, value: 'localhost' },
    { type: 7, ip: '127.0.0.1' },
  ];
  const options = {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames }],
  };
  const { cert, private: key } = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }], options);
  return { cert, key };
}

/** An authority that nobody knows. */
async function unknownAuthority() {
  const { cert, private: key } = await selfsigned.generate([{ name: 'commonName', value: 'unknown' }], {
    ...{ keyType: 'ec', curve: 'P-256', algorithm: 'sha256' },
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  return { cert, key };
}

const past = { notBefore: new Date(Date.now() - 9 * DAY), notAfter: new Date(Date.now() - DAY) };
const future = { notBefore: new Date(Date.now() + DAY), notAfter: new Date(Date.now() + 9 * DAY) };

/** name, the server's certificate, code and words of the cause: OpenSSL's */
const WRONG = [
  ['self-signed', () => selfSigned(), 'DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'],
  [
    'of an unknown authority',
    async () => serverCertificate(await unknownAuthority(), HOSTS),
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'unable to verify the first certificate',
  ],
  [
    'of an unknown authority that sends its own certificate along',
    async () => {
      const authority = await unknownAuthority();
      const { cert, key } = await serverCertificate(authority, HOSTS);
      return { cert: cert.trim() + '\n' + authority.cert, key };
    },
    'SELF_SIGNED_CERT_IN_CHAIN',
    'self-signed certificate in certificate chain',
  ],
  [
    'for another host',
    async () => serverCertificate(await certificateAuthority(), ['other.example']),
    'ERR_TLS_CERT_ALTNAME_INVALID',
    "Hostname/IP does not match certificate's altnames: Host: localhost. is not in the cert's altnames: DNS:other.example",
  ],
  [
    'expired',
    async () => serverCertificate(await certificateAuthority(), HOSTS, past),
    'CERT_HAS_EXPIRED',
    'certificate has expired',
  ],
  [
    'not yet valid',
    async () => serverCertificate(await certificateAuthority(), HOSTS, future),
    'CERT_NOT_YET_VALID',
    'certificate is not yet valid',
  ],
];

for (const [name, make, code, words] of WRONG) {
  test(`a certificate that is ${name}: refused at each step, in OpenSSL's words`, async (t) => {
    const simulator = await start(t);
    const port = await answering(t, await make());
    for (const [conf, prefix] of [
      [{ csdsDomain: `localhost:${port}` }, 'Error on CSDS request: '],
      [{ domains: { agentVep: `localhost:${port}` } }, 'Error on AgentVEP login: '],
      [{ domains: { facadeMsg: `localhost:${port}` } }, 'Error on WS connection: '],
    ]) {
      const { heard } = bot(t, simulator.options(conf));
      const [error] = await heard.the('error');
      assert.deepEqual([error.message, error.code, error.error.code], [prefix + words, null, code]);
    }
  });
}

test('rejectUnauthorized: false takes any certificate, at each step', async (t) => {
  for (const [, make] of WRONG) {
    const port = await answering(t, await make(), JSON.stringify({ baseURIs: [] }));
    const { heard } = bot(t, {
      accountId: '1',
      assertion: 'x',
      csdsDomain: `localhost:${port}`,
      rejectUnauthorized: false,
    });
    const [error] = await heard.the('error');
    assert.equal(error.message, 'could not fetch domains');
  }
  const simulator = await start(t);
  const { heard } = bot(t, simulator.options({ ca: undefined, rejectUnauthorized: false }));
  await heard.the('connected');
});

test("a ca that is the server's own self-signed certificate is enough", async (t) => {
  const certificate = await selfSigned();
  const port = await answering(t, certificate, JSON.stringify({ baseURIs: [] }));
  for (const ca of [certificate.cert, Buffer.from(certificate.cert), ['', certificate.cert].slice(1)]) {
    const { heard } = bot(t, { accountId: '1', assertion: 'x', csdsDomain: `localhost:${port}`, ca });
    const [error] = await heard.the('error');
    assert.equal(error.message, 'could not fetch domains');
  }
});

test('without ca the simulator is not trusted; ca takes the place of the built-in roots', async (t) => {
  const simulator = await start(t);
  const { heard } = bot(t, simulator.options({ ca: undefined }));
  const [error] = await heard.the('error');
  assert.match(error.error.code, /^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN)$/);
});

test('NODE_EXTRA_CA_CERTS and NODE_TLS_REJECT_UNAUTHORIZED count as in Node', async (t) => {
  const simulator = await start(t);
  const { ca, ...conf } = simulator.options();
  assert.ok(fs.readFileSync(simulator.caFile, 'utf8').includes(ca.trim()));
  const report = ({ Agent, conf, say }) => {
    const agent = new Agent(conf);
    agent.on('connected', () => say('connected'));
    agent.on('error', (error) => say(error.error.code));
    agent.on('connected', () => agent.dispose());
  };
  for (const [env, words] of [
    [{ NODE_EXTRA_CA_CERTS: simulator.caFile }, /^connected$/m],
    [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, /^connected$/m],
    [{ NODE_TLS_REJECT_UNAUTHORIZED: '1' }, /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN/],
  ]) {
    const run = child(t, report, { conf, env });
    await run.says(words);
    assert.equal((await run.ended()).code, 0);
  }
});
