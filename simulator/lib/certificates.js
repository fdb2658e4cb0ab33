'use strict';

const net = require('node:net');

const selfsigned = require('selfsigned');

const EC = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' };
const DAY = 24 * 3600 * 1000;

let authority;

/**
 * The certificate authority of this process. All simulators of a process share it, so that one CA file serves them all.
 * @returns {Promise<{cert: string, key: string}>} PEM texts
 */
function certificateAuthority() {
  authority ??= generate('node-agent-sdk-simulator authority', [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  ]);
  return authority;
}

/**
 * A server certificate signed by an authority.
 * @param {{cert: string, key: string}} ca
 * @param {string[]} hosts names and IP addresses it is valid for
 * @param {{notAfter?: Date, notBefore?: Date}} [validity] default: from yesterday for a month
 * @returns {Promise<{cert: string, key: string}>} PEM texts
 */
function serverCertificate(ca, hosts, validity = {}) {
  const altNames = hosts.map((host) => (isAddress(host) ? { type: 7, ip: host } : { type: 2, value: host }));
  const extensions = [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames },
  ];
  return generate(hosts[0], extensions, { ...validity, ca });
}

const isAddress = (host) => net.isIP(host) !== 0;

async function generate(commonName, extensions, { ca, notBefore, notAfter } = {}) {
  const { cert, private: key } = await selfsigned.generate([{ name: 'commonName', value: commonName }], {
    ...EC,
    extensions,
    ca,
    // A little in the past: the machine that checks it may have a clock that runs behind.
    notBeforeDate: notBefore ?? new Date(Date.now() - DAY),
    notAfterDate: notAfter ?? new Date(Date.now() + 30 * DAY),
  });
  return { cert, key };
}

module.exports = { certificateAuthority, serverCertificate };
