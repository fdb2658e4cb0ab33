'use strict';

/** The services that the domain look-up names (node-agent-sdk, lp-messaging-sdk, LivePerson developer docs, Domain API). */
const SERVICES = [
  ...['agentVep', 'facadeMsg', 'asyncMessaging', 'asyncMessagingEnt', 'swift', 'msgHist', 'idp', 'sentinel'],
  ...['accountConfigReadOnly', 'accountConfigReadWrite', 'acCdnDomain', 'liveEngage', 'liveEngageUI', 'smt'],
  ...['visitorFeed', 'tokenizer', 'runtimeFormLogic', 'routingMsg', 'cqmMsg', 'agentManagerWorkspace'],
  ...['messagingRestApiDomain', 'secureFormConfig', 'agentActivityDomain'],
];

/**
 * Answers the domain look-up: GET /api/account/{account}/service[/{name}]/baseURI.json?version=1.0 (LivePerson developer
 * docs, Domain API). It needs no authentication.
 * @param {object} call account, service (undefined: all), query
 * @param {object} simulator
 * @returns {{status: number, body?: object}}
 */
function lookUp({ account, service, query }, simulator) {
  if (query.get('version') !== '1.0') return { status: 400 };
  if (simulator.settings.strict && !simulator.service.people.hasAccount(account)) return { status: 401 };
  const entry = (name) => ({ service: name, account, baseURI: simulator.domainOf(name) });
  if (service === undefined) return { status: 200, body: { baseURIs: SERVICES.map(entry) } };
  // Names are case sensitive.
  return SERVICES.includes(service) ? { status: 200, body: entry(service) } : { status: 404 };
}

module.exports = { lookUp, SERVICES };
