'use strict';

const notifications = require('../wire/notifications');
const { AgentSurveys } = require('./agent-surveys');
const { Conversations } = require('./conversations');
const { Files } = require('./files');
const { Messages } = require('./messages');
const { Outbox } = require('./outbox');
const { People } = require('./people');
const { Routing } = require('./routing');
const { Sessions } = require('./sessions');
const { Subscriptions } = require('./subscriptions');
const { SurveyBot } = require('./survey-bot');

/** Everything the messaging service remembers, and the ways in which one part tells another. */
class Service {
  /**
   * @param {object} parts clock, settings, and onChange: called after every change
   */
  constructor({ clock, settings, onChange }) {
    this.clock = clock;
    this.settings = settings;
    this.onChange = onChange;
    this.people = new People();
    this.sessions = new Sessions(this);
    // Of their own, so that a consumer's token is worth nothing where an agent's is asked for.
    this.consumerSessions = new Sessions(this);
    this.conversations = new Conversations(this);
    this.messages = new Messages(this);
    this.routing = new Routing(this);
    this.subscriptions = new Subscriptions(this);
    this.surveyBot = new SurveyBot(this);
    this.agentSurveys = new AgentSurveys(this);
    this.files = new Files(this);
    this.outbox = new Outbox((conversation) => this.subscriptions.conversationChanged(conversation));
  }

  /**
   * @param {Function} operation changes something; what it causes is told to everybody concerned when it is over
   * @returns {*} what the operation gave
   */
  change(operation) {
    const result = this.outbox.during(operation);
    this.onChange();
    return result;
  }

  /** Sends a published event to all sockets of a person; to a consumer's where they have subscribed to the dialog. */
  deliverMessage(person, published) {
    for (const connection of person.connections) {
      if (person.isConsumer && !this.subscriptions.coverDialog(connection, published.dialog)) continue;
      connection.notify(connection.dialect.message(published));
    }
  }

  /** Tells an agent what became of a ring of its. */
  routingChanged(task, ring) {
    // Rendered now: by the time it is sent, the ring may have changed again.
    const change = notifications.routingTaskChange(task, ring);
    this.outbox.add(() => this.subscriptions.routingChanged(task, ring, change));
  }

  /** Tells an agent that a routing task is gone, where the simulator is set to. */
  routingEnded(task, ring) {
    const { taskDelete } = this.settings;
    if (taskDelete === 'never') return;
    const change = notifications.routingTaskChange(task, ring, { type: 'DELETE', bare: taskDelete === 'bare' });
    this.outbox.add(() => this.subscriptions.routingChanged(task, ring, change));
  }

  /** Changes an agent's availability; an agent that comes ONLINE is offered what waits. */
  setAgentState(agent, { availability = agent.availability, channels = agent.channels, description = '' }) {
    Object.assign(agent, { availability, channels, stateDescription: description });
    this.outbox.add(() => this.subscriptions.agentStateChanged(agent));
    if (availability === 'ONLINE' || availability === 'OCCUPIED') this.routing.agentAvailable();
  }

  /** Ends a person's sessions; see Connection.losesToken(). */
  revoke(person, { closes, answers } = {}) {
    (person.isConsumer ? this.consumerSessions : this.sessions).end(person);
    for (const connection of person.connections) {
      if (answers !== undefined) connection.refuses(answers);
      if (closes !== undefined) connection.closes(closes);
    }
  }

  /** A socket belongs to a person from now on. A consumer's may have been open for a while. */
  connectionOpened(connection) {
    connection.person.connections.add(connection);
  }

  /** A socket's subscriptions end with it, and with an agent's last socket its availability. */
  connectionClosed(connection) {
    const { person, agent } = connection;
    person?.connections.delete(connection);
    this.subscriptions.drop(connection);
    if (agent === undefined) return;
    if (agent.connections.size > 0 || this.settings.keepAgentState || agent.availability === 'OFFLINE') return;
    this.change(() => this.setAgentState(agent, { availability: 'OFFLINE' }));
  }
}

module.exports = { Service };
