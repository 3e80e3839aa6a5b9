/** Node-RED's own port, and where on it the embedded server is: below the root of what flows serve there. */

import type { NodeAPI } from 'node-red';
import { Mount } from '../../../src/index';
import { settingError, type Translate } from '../../shared/catalogue';

/** On whose port, and below which path. */
export interface MountPoint {
  readonly server: NodeAPI['server'];
  readonly path: string;
}

const NAME = 'stream-sea';

/** @throws SettingError where Node-RED serves nothing for flows. */
export function mountPointAt({ settings, server }: NodeAPI, t: Translate): MountPoint {
  const root: unknown = settings.httpNodeRoot;
  if (root === false) throw settingError(t, 'error.noHttpRoot');
  // It may have been started without one, inside another program.
  if (!server) throw settingError(t, 'error.noNodeRedPort');
  return { server, path: `${typeof root === 'string' ? root : ''}/${NAME}` };
}

/** Clients that come back before the flows have been started again are to find a server that is not there yet. */
export function keepUntilStarted(RED: NodeAPI, t: Translate): void {
  let mount: Mount;
  try {
    const { server, path } = mountPointAt(RED, t);
    mount = new Mount(server, path);
  } catch {
    return;
  }
  RED.events.once('flows:started', () => mount.giveUp());
}
