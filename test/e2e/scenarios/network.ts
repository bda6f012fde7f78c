/** Functions outside a VPC. */
import { DeleteFunctionCommand, GetFunctionConcurrencyCommand, GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { makeFunction } from '../../aws/fixtures';
import { callerOf, clientOf, type Stage } from '../organization';
import { eventAt, ifThere, type Scenario } from './scenario';

const lambdaOf = (stage: Stage) => clientOf(stage, LambdaClient);

const isThere = async (stage: Stage, FunctionName: string) =>
  (await ifThere(lambdaOf(stage).send(new GetFunctionConfigurationCommand({ FunctionName })))) !== undefined;

const reserved = async (stage: Stage, FunctionName: string) =>
  (await ifThere(lambdaOf(stage).send(new GetFunctionConcurrencyCommand({ FunctionName }))))?.ReservedConcurrentExecutions;

/** Nobody has judged the other function, so nothing may happen to it. */
const outside: Scenario = {
  guardrail: 'lambda-vpc',
  name: 'a function outside a VPC',
  make: async (stage) => {
    await makeFunction(stage.api, callerOf(stage), 'invoices');
    const functionArn = await makeFunction(stage.api, callerOf(stage), 'orders');
    return eventAt(stage, 'lambda.amazonaws.com', 'CreateFunction20150331', { functionName: 'orders' }, { functionName: 'orders', functionArn });
  },
  state: async (stage) => {
    const isInnocent = (await isThere(stage, 'invoices')) && (await reserved(stage, 'invoices')) === undefined;
    const isRunning = (await isThere(stage, 'orders')) && (await reserved(stage, 'orders')) !== 0;
    return [...(isInnocent ? ['innocent'] : []), ...(isRunning ? ['violating'] : [])];
  },
  correct: async (stage) => {
    await lambdaOf(stage).send(new DeleteFunctionCommand({ FunctionName: 'orders' }));
  },
  ends: 'reported',
};

const quarantined: Scenario = {
  ...outside,
  name: 'a function outside a VPC, quarantined',
  response: 'quarantine',
  ends: 'contained',
  undo: 'lambda:PutFunctionConcurrency',
};

export const networkScenarios: readonly Scenario[] = [outside, quarantined];
