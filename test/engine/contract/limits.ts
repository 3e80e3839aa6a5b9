/** Bounds that no case comes near, but for those that it sets. */

import type { LogLimits } from '../../../src/engine/log';

export function limitsOf(limits: Partial<LogLimits> = {}): LogLimits {
  return {
    retainedMessages: 100_000,
    retainedBytes: 64 * 1_048_576,
    passingBytes: 1_000_000_000,
    retainedGroups: 1_000,
    retainedAge: 7 * 86_400_000,
    ...limits,
  };
}
