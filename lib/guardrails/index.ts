/** The registry: the one place that knows which guardrails there are. A new guardrail is a folder and one line here. */
import type { AnyGuardrail } from '../core/guardrail';
import ecrLayerAccess from './ecr-layer-access';
import lambdaLayerPermission from './lambda-layer-permission';
import lambdaPermission from './lambda-permission';
import lambdaVpc from './lambda-vpc';
import snsSubscription from './sns-subscription';

export const guardrails: readonly AnyGuardrail[] = [lambdaPermission, lambdaLayerPermission, lambdaVpc, snsSubscription, ecrLayerAccess];
