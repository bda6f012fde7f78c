/** Configurations for the tests of policies: what is given, over an organization of three accounts. */
import { parseConfiguration } from '../../lib/config/load';
import type { WholeConfiguration } from '../../lib/core/configuration';
import { guardrails } from '../../lib/guardrails';

export const ORGANIZATION = { id: 'o-exampleorgid', managementAccountId: '111111111111', accountIds: ['222222222222', '333333333333'] };

export const configurationFor = (sections: { readonly [section: string]: unknown }): WholeConfiguration =>
  parseConfiguration(JSON.stringify({ version: 1, organization: ORGANIZATION, ...sections }), guardrails, { fileName: 'perimeter.yaml' })
    .configuration;
