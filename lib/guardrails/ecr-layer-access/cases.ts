/** What must come out right, class by class. E8 and E9 are about findings and sessions: the remediator's. */
import type { Case } from '../../core/case';
import { endpointCases } from './cases.endpoint';
import { policyCases } from './cases.policy';
import { pullCases } from './cases.pull';

export const cases: readonly Case[] = [...pullCases, ...policyCases, ...endpointCases];
