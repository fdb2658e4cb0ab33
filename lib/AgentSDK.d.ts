import { Agent } from '../index';
export = Agent;
