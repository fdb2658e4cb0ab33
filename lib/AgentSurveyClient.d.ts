declare namespace AgentSurveyClient {
  /** The answer of the survey service, HTTP errors included, in the shape that axios gives it. */
  interface SurveyResponse {
    status: number;
    statusText: string;
    /** Names in lower case. */
    headers: Record<string, string | string[] | undefined>;
    /** Parsed where it is JSON. */
    data: any;
  }

  interface Options {
    /** Host of the service `runtimeFormLogic`. */
    rflDomain: string;
    accountId: string | number;
    /** A bearer token. */
    token: string;
  }
}

/** A client for agent surveys. Each method gives undefined where there was no answer. */
declare class AgentSurveyClient {
  constructor(conf: AgentSurveyClient.Options);
  /** How far the survey is; the header `x-lp-state-rev` is what the next two want. */
  getAgentSurveyState(conv: string, skill: string | number): Promise<AgentSurveyClient.SurveyResponse | undefined>;
  submitAgentSurvey(
    conv: string,
    skill: string | number,
    rev: string | number,
    body: any,
  ): Promise<AgentSurveyClient.SurveyResponse | undefined>;
  dismissAgentSurvey(
    conv: string,
    skill: string | number,
    rev: string | number,
  ): Promise<AgentSurveyClient.SurveyResponse | undefined>;
  /** The questions. */
  getAgentSurvey(
    conv: string,
    skill: string | number,
    seqRoot?: string | number,
    isSequence?: boolean,
  ): Promise<AgentSurveyClient.SurveyResponse | undefined>;
}

export = AgentSurveyClient;
