/** What must come out right, class by class. */
import type { Case } from '../../core/case';
import { addressCases } from './cases.address';
import { policyCases } from './cases.policy';
import { recordCases } from './cases.record';
import { templateCases } from './cases.template';
import { urlCases } from './cases.url';

export const cases: readonly Case[] = [...urlCases, ...addressCases, ...policyCases, ...templateCases, ...recordCases];
