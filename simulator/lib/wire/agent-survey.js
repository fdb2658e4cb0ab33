'use strict';

const { RequestError } = require('../state/errors');

const REVISION = 'x-lp-state-rev';

/**
 * The agent survey service: /api/account/{account}/forms/agent_survey[/state]?conv=…&skill=…&v=2.0 with a bearer token
 * (LivePerson developer docs, Agent Survey API). GET gives the questions, or the state; POST submits, PUT saves, DELETE
 * dismisses.
 * @param {object} call account, state (whether the path ends in /state), method, query, headers, body
 * @param {object} simulator
 * @returns {{status: number, headers?: object, body?: object}} 400 parameters or revision missing; 401 no valid bearer; 404 no
 *   such conversation; 409 the revision is not the present one; 410 the survey is over
 */
function answerSurvey(call, simulator) {
  const { account, method, query, headers } = call;
  const { service, settings } = simulator;
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (service.sessions.ofBearer(bearer)?.person.accountId !== account) return { status: 401 };
  const [conversationId, skillId] = [query.get('conv'), query.get('skill')];
  if (!conversationId || !skillId) return { status: 400, message: 'conv and skill are needed' };
  if (!exists(service, conversationId, account)) return { status: 404, message: `no conversation ${conversationId}` };

  const survey = service.agentSurveys.of(conversationId, skillId);
  if (!call.state)
    return { status: 200, headers: revisionOf(survey), body: questionsFrom(query, settings.agentSurvey) };
  if (method !== 'GET') {
    const refusal = refusalOf(call, survey, service.agentSurveys);
    if (refusal !== undefined) return refusal;
    service.agentSurveys.update(survey, CHANGES[method](call.body));
  }
  return { status: 200, headers: revisionOf(survey), body: stateOf(survey) };
}

const CHANGES = {
  POST: (answers) => ({ status: 'submitted', answers }),
  PUT: (answers) => ({ answers }),
  DELETE: () => ({ status: 'dismissed' }),
};

function refusalOf({ method, headers, body }, survey, surveys) {
  if (headers[REVISION] === undefined) return { status: 400, message: `header ${REVISION} is missing` };
  if (headers[REVISION] !== String(survey.revision)) {
    return { status: 409, message: `revision ${headers[REVISION]} is not the present one, ${survey.revision}` };
  }
  if (!surveys.isOpen(survey)) return { status: 410, message: 'the survey is no longer open' };
  if (method !== 'DELETE' && !Array.isArray(body)) return { status: 400, message: 'the body is no list of answers' };
  return undefined;
}

function exists(service, conversationId, account) {
  try {
    return service.conversations.get(conversationId, account) !== undefined;
  } catch (error) {
    if (error instanceof RequestError) return false;
    throw error;
  }
}

/** @returns {object} all questions; with seqRoot, those from that one on */
function questionsFrom(query, questions) {
  const root = questions.findIndex(({ id }) => String(id) === query.get('seqRoot'));
  return { questions: questions.slice(Math.max(0, root)) };
}

const revisionOf = (survey) => ({ [REVISION]: String(survey.revision) });

const stateOf = (survey) => ({
  agentSurveyStatus: survey.status,
  lastActionTimeInMillis: survey.lastActionAt,
  autoCloseTimestamp: survey.autoCloseAt,
  stateRevision: survey.revision,
});

module.exports = { answerSurvey };
