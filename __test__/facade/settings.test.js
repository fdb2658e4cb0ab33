'use strict';

const assert = require('node:assert/strict');
const { describe, it } = require('node:test');
const { loginBody, settings } = require('../../lib/settings');

const of = (conf, about) => JSON.parse(settings(conf, { account: 1, ...about }));

async function withEnv(changes, work) {
  const before = { ...process.env };
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  try {
    return await work();
  } finally {
    process.env = before;
  }
}

const NAMES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy'];
const NO_PROXY = Object.fromEntries(NAMES.map((name) => [name, undefined]));

describe('settings', () => {
  it('leave out what was not given', () =>
    withEnv({ ...NO_PROXY, NODE_TLS_REJECT_UNAUTHORIZED: undefined }, () => {
      const { version, extraCa, ...rest } = of({ csdsDomain: undefined, stdTTL: 0, maxPayload: false, appId: '' });
      assert.equal(version, require('../../package.json').version);
      assert.equal(extraCa, process.env.NODE_EXTRA_CA_CERTS);
      assert.deepEqual(rest, { account: '1', headers: [], insecure: false });
    }));

  it('take numbers as texts', () => {
    const { domainTtl, handshakeTimeout, maxPayload, pingInterval } = of({
      stdTTL: '2',
      handshakeTimeout: '700',
      maxPayload: '10',
      pingInterval: 1e99,
    });
    assert.deepEqual([domainTtl, handshakeTimeout, maxPayload, pingInterval], [2000, 700, 10, 2 ** 31 - 1]);
  });

  it('carry domains, unless they are to be bare', () => {
    const conf = { domains: { facadeMsg: 'f:1', other: undefined }, domain: 'd', apiVersion: 2, wsDomainType: 'w' };
    const { domains, host, apiVersion, wsDomainType } = of(conf);
    assert.deepEqual([domains, host, apiVersion, wsDomainType], [{ facadeMsg: 'f:1' }, 'd', '2', 'w']);
    assert.equal(of(conf, { isBare: true }).domains, undefined);
    assert.equal(of({ domains: 'odd' }).domains, undefined);
  });

  it('carry headers for the upgrade', () => {
    const conf = { headers: { 'X-A': 1, 'X-B': ['b', 'c'], Origin: 'no', 'X-C': undefined }, origin: 'https://o' };
    assert.deepEqual(of(conf).headers, [
      ['X-A', '1'],
      ['X-B', 'b'],
      ['X-B', 'c'],
      ['Origin', 'https://o'],
    ]);
  });

  it('carry certificates as texts', () => {
    const { ca, cert, key } = of({ ca: Buffer.from('ca'), cert: ['a', Buffer.from('b')], key: [{ pem: 'k' }] });
    assert.deepEqual([ca, cert, key], [['ca'], ['a', 'b'], ['k']]);
  });

  it('verify certificates as Node would', () =>
    withEnv({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, () => {
      assert.equal(of({}).insecure, true);
      assert.equal(of({ rejectUnauthorized: true }).insecure, false);
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = '1';
      assert.equal(of({}).insecure, false);
      assert.equal(of({ rejectUnauthorized: false }).insecure, true);
    }));

  it('know three ways to a proxy', () =>
    withEnv({ ...NO_PROXY, https_proxy: 'http://env:1', NO_PROXY: 'a,b' }, () => {
      const proxies = (conf) => {
        const { httpProxy, wsProxy, noProxy } = of(conf);
        return [httpProxy, wsProxy, noProxy];
      };
      assert.deepEqual(proxies({}), ['http://env:1', undefined, 'a,b']);
      assert.deepEqual(proxies({ proxy: 'http://p' }), ['http://p', 'http://p', undefined]);
      const agents = [
        [new URL('http://u:p@h:2'), 'http://u:p@h:2/'],
        ['http://h:2', 'http://h:2'],
        [{ protocol: 'https:', host: 'h', port: 2, auth: 'u:p' }, 'https://u:p@h:2'],
        [{ host: 'h', auth: 'u@x:p:#/%' }, 'http://u%40x:p%3A%23%2F%25@h'],
        [{ hostname: 'h' }, 'http://h'],
        ['h:2', 'http://h:2'],
      ];
      for (const [proxy, url] of agents) {
        assert.deepEqual(proxies({ agent: { proxy } }), ['http://env:1', url, 'a,b']);
      }
    }));
});

describe('the body of the login', () => {
  const oauth1 = { username: 'u', appKey: 'k', secret: 's', accessToken: 't', accessTokenSecret: 'ts' };

  it('prefers user and password, then the assertion, then OAuth1', () => {
    assert.equal(loginBody({ ...oauth1, assertion: 'a', password: 'p' }), '{"username":"u","password":"p"}');
    assert.equal(loginBody({ ...oauth1, assertion: 'a' }), '{"jwt":"dummy","assertion":"a"}');
    assert.equal(loginBody(oauth1), JSON.stringify(oauth1));
  });
});
