import { examineFunction } from '../../../engine/protocol/examine.ts';
import type { Services } from '../../../engine/protocol/server.ts';
import { lookForGpu } from '../../../engine/session/device.ts';

/** What an engine answers without a session that runs in this thread, and knows no way to a GPU. */
export const services: Services = { examine: examineFunction, lookForGpu: () => lookForGpu({}) };
