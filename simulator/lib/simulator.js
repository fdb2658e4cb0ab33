'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { certificateAuthority, serverCertificate } = require('./certificates');
const { Chaos } = require('./chaos');
const { Clock } = require('./clock');
const { Faults } = require('./faults');
const { uuid } = require('./ids');
const { Log } = require('./log');
const { ScriptedAgent } = require('./players/agent');
const { ScriptedConsumer } = require('./players/consumer');
const { Quirks } = require('./quirks');
const { settingsFrom } = require('./settings');
const { Service } = require('./state/service');
const { Waits } = require('./waits');
const { Server } = require('./wire/server');

/** A stand-in for LivePerson's messaging service, on loopback. Start one with Simulator.start(). */
class Simulator {
  #caFile;

  /**
   * @param {object} [options] see lib/settings.js, or the README
   * @returns {Promise<Simulator>} listening
   */
  static async start(options = {}) {
    const simulator = new Simulator(settingsFrom(options));
    const authority = await certificateAuthority();
    const { host, hosts: others } = simulator.settings;
    const hosts = new Set([host, ...Object.values(others), 'localhost']);
    const certificate = await serverCertificate(authority, [...hosts, '127.0.0.1', '::1']);
    simulator.ca = authority.cert;
    simulator.server = new Server(simulator, certificate);
    await simulator.server.listen(simulator.settings.port);
    simulator.port = simulator.server.port;
    return simulator;
  }

  /** Not for callers: use Simulator.start(). */
  constructor(settings) {
    this.settings = settings;
    this.clock = new Clock();
    this.waits = new Waits(settings.wait);
    this.faults = new Faults();
    this.quirks = new Quirks();
    this.journal = new Log({ clock: this.clock, waits: this.waits, limit: settings.logLimit });
    this.service = new Service({ clock: this.clock, settings, onChange: () => this.waits.check() });
    /** Every brand socket there was, in the order in which they opened. A consumer's are at ScriptedConsumer.connections. */
    this.connections = [];
  }

  // ---- what a bot needs to know

  /** @returns {string} host:port of the domain service */
  get csdsDomain() {
    return this.domainOf();
  }

  /** @param {string} [service] @returns {string} host:port under which a service is announced */
  domainOf(service) {
    return `${this.settings.hosts[service] ?? this.settings.host}:${this.port}`;
  }

  /**
   * The options object for a bot under test.
   * @param {object} [extra] laid over it
   * @returns {object} accountId, username, password, csdsDomain, ca
   */
  options(extra = {}) {
    const { accountId } = this.settings;
    return { accountId, username: 'bot', password: 'secret', csdsDomain: this.csdsDomain, ca: this.ca, ...extra };
  }

  /**
   * @returns {string} path of a file with the certificate authority, for NODE_EXTRA_CA_CERTS. It is made at the first call
   *   and removed by close().
   */
  get caFile() {
    if (this.#caFile === undefined) {
      this.#caFile = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'node-agent-sdk-simulator-')), 'ca.pem');
      this.writeCa(this.#caFile);
    }
    return this.#caFile;
  }

  /** Writes the certificate authority (PEM) to a file of the caller's, which close() leaves alone. */
  writeCa(file) {
    fs.writeFileSync(file, this.ca);
  }

  // ---- who takes part

  /**
   * A consumer who talks to the brand.
   * @param {{id?: string, profile?: object, accountId?: string}} [details] profile: fields of the GetUserProfile answer
   * @returns {ScriptedConsumer}
   */
  consumer({ id = uuid(), profile = {}, accountId = this.settings.accountId } = {}) {
    const consumer = this.service.people.addConsumer({ accountId: String(accountId), id, profile });
    return new ScriptedConsumer(this, consumer);
  }

  /**
   * Registers an agent: a bot may sign in with its credentials, or a test plays it.
   * @param {object} [details] username, and any of password, assertion, appKey, secret, accessToken, accessTokenSecret,
   *   token (a bearer that is valid at once); skills (list of skill ids, default: all), maxConversations, autoAccept (rings end
   *   as AUTO_ACCEPT at once), accountId, userId, privileges, profile
   * @returns {ScriptedAgent}
   */
  agent(details = {}) {
    return this.#register({ role: 'ASSIGNED_AGENT', ...details });
  }

  /** As agent(), for one who joins conversations as a manager. Nothing rings for managers unless they go online. */
  manager(details = {}) {
    return this.#register({ role: 'MANAGER', ...details });
  }

  #register({ username = `agent-${this.service.people.agents.length + 1}`, token, accountId, ...details }) {
    const { password, assertion, appKey, secret, accessToken, accessTokenSecret, ...rest } = details;
    const agent = this.service.people.addAgent({
      ...rest,
      accountId: String(accountId ?? this.settings.accountId),
      loginName: username,
      credentials: { username, password, assertion, appKey, secret, accessToken, accessTokenSecret },
    });
    if (token !== undefined) this.service.sessions.addReadyToken(agent, token);
    return new ScriptedAgent(this, agent, token);
  }

  // ---- what happened

  /** @returns {object[]} all that arrived and was sent; see lib/log.js for the entries */
  get log() {
    return this.journal.entries;
  }

  /**
   * @param {string} description completes "waited for …"
   * @param {Function} predicate takes an entry of the log
   * @param {{from?: number, within?: number}} [options] from: index in the log of the first entry that counts; within:
   *   milliseconds
   * @returns {Promise<object>} the first entry that satisfies the predicate, past or future
   */
  waitFor(description, predicate, options) {
    return this.journal.waitFor(description, predicate, options);
  }

  /** @returns {object[]} the request frames of a type that have arrived, on all sockets */
  requests(type) {
    return this.log
      .filter((entry) => entry.kind === 'received' && entry.frame?.type === type)
      .map(({ frame }) => frame);
  }

  /**
   * @param {number} [count] 1: the first brand socket there was, 2: the second, …; default: one that is open
   * @returns {Promise<Connection>} once it is there
   */
  connection(count) {
    const find = () =>
      count === undefined ? this.connections.filter((one) => one.isOpen).at(-1) : this.connections[count - 1];
    const what = count === undefined ? 'an open connection' : `connection ${count}`;
    return this.waits.until(what, find, { instead: () => this.journal.tail() });
  }

  // ---- what goes wrong

  /**
   * Makes a step go wrong.
   * @param {'csds'|'login'|'refresh'|'logout'|'file'|'agentSurvey'|'upgrade'|'request'|'notification'} step
   * @param {object} fault what happens and how often, see the README
   * @returns {{count: number, ends: Function}}
   */
  fails(step, fault) {
    return this.faults.add(step, fault);
  }

  /**
   * Decides at each step what happens.
   * @param {string} step as for fails()
   * @param {Function} handler (call) → a fault, or undefined: all goes its usual way
   * @returns {{count: number, ends: Function}}
   */
  on(step, handler) {
    return this.faults.on(step, handler);
  }

  /**
   * Lets random things go wrong, the same ones for the same seed.
   * @param {{seed?: number, rate?: number, misfortunes?: object}} [options] see lib/chaos.js
   * @returns {Chaos} with deeds (what was done) and ends()
   */
  chaos(options) {
    return new Chaos(this.faults, options);
  }

  /** Refuses new TCP connections (ECONNREFUSED) until listens(). Open ones stay. */
  refuses() {
    this.server.refuse();
  }

  /** Accepts connections again, on the same port. */
  async listens() {
    await this.server.listen(this.port);
  }

  /** Ends all faults and quirks. */
  recovers() {
    this.faults.clear();
    this.quirks.set([]);
  }

  /** Turns oddities of notifications on, those named and no others: see lib/quirks.js. */
  plays(...quirks) {
    this.quirks.set(quirks);
  }

  // ---- the end

  /** Leaves nothing behind: no socket, no timer, no file. Waits under way fail. */
  async close() {
    this.clock.stop();
    this.waits.close();
    await this.server.close();
    this.clock.stop();
    if (this.#caFile !== undefined) fs.rmSync(path.dirname(this.#caFile), { recursive: true, force: true });
    this.#caFile = undefined;
  }

  // ---- for the other parts

  record(entry) {
    return this.journal.add(entry);
  }

  changed(entry) {
    this.journal.changed(entry);
  }
}

module.exports = { Simulator };
