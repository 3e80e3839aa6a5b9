/** What the engine stands on. Few need it, so that it is not installed with this package, and loaded only here. */

import type * as JetStream from '@nats-io/jetstream';
import type * as Transport from '@nats-io/transport-node';
import { SettingError } from '../../../errors';
import { say } from '../../../sentences';

export interface NatsPackages {
  readonly transport: typeof Transport;
  readonly jetstream: typeof JetStream;
}

/** @throws SettingError that says what to install */
export function loadNatsPackages(load: (name: string) => unknown = require): NatsPackages {
  try {
    return {
      transport: load('@nats-io/transport-node') as typeof Transport,
      jetstream: load('@nats-io/jetstream') as typeof JetStream,
    };
  } catch (cause) {
    const packages = '@nats-io/transport-node@3 @nats-io/jetstream@3';
    throw new SettingError(say('nats.missing', { packages }), { cause });
  }
}
