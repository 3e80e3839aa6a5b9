/** Tries what a dialog says, deployed or not, and tells which part of it failed. Leaves nothing behind. */

import {
  Client,
  type ClientOptions,
  CredentialsError,
  type EmbeddedServer,
  NetworkError,
  SettingError,
  type StreamSeaError,
  startServer,
  TimeoutError,
} from '../../../src/index';
import type { TestAnswer, TestStep } from '../../shared/wire/api';
import { saidOf } from '../../shared/wire/sentence';
import { mountFor } from '../embedded/embedded-host';
import type { EmbeddedSettings, ServerSettings } from '../settings';

type Step = TestAnswer['steps'][number];

/** Milliseconds: a person waits. */
const PATIENCE = 8_000;

/**
 * @param own this very server as it runs: its port and its path are taken, but free once the settings are deployed.
 * @param gone ends the test: nobody waits for the answer.
 */
export async function testSettings(
  settings: ServerSettings,
  own: EmbeddedServer | undefined,
  gone: AbortSignal,
): Promise<Step[]> {
  return settings.server === undefined
    ? tryRemote(settings.client, gone)
    : [await tryListening(settings.server, own)];
}

async function tryListening(settings: EmbeddedSettings, own: EmbeddedServer | undefined): Promise<Step> {
  const { store, mountPoint, drawn, ...options } = settings;
  const { host = '', port } = options;
  if (port !== undefined && port === own?.port)
    return { step: 'listen', outcome: 'fine', detail: `${host}:${port}` };
  const mount = mountFor(settings);
  try {
    if (mount !== undefined && mount.path !== own?.mount?.path) mount.checkFree();
    // Never at the mount itself: what clients published there would be gone with it.
    const server = await startServer(options);
    await server.close();
    const detail = mount?.path ?? (port === undefined ? host : `${host}:${port}`);
    return { step: 'listen', outcome: 'fine', detail };
  } catch (error) {
    return failed('listen', error);
  } finally {
    mount?.giveUp();
  }
}

/** The steps in the order in which a connection takes them: all before the one that failed were fine. */
async function tryRemote(options: ClientOptions, gone: AbortSignal): Promise<Step[]> {
  const address = new URL(options.url).host;
  const secure = options.url.startsWith('https:');
  const fine: Step[] = [{ step: 'address', outcome: 'fine', detail: address }];
  if (secure) fine.push({ step: 'tls', outcome: 'fine' });
  fine.push({ step: 'server', outcome: 'fine' }, { step: 'credentials', outcome: 'fine' });
  let client: Client | undefined;
  try {
    client = new Client({
      ...options,
      offline: 'fail',
      autoConnect: false,
      connectTimeout: PATIENCE,
      authenticateTimeout: PATIENCE,
      requestTimeout: PATIENCE,
    });
    const fault = await connect(client, gone);
    if (fault !== undefined) {
      const before = fine.slice(
        0,
        Math.max(
          0,
          fine.findIndex(({ step }) => step === fault.step),
        ),
      );
      return [...before, fault];
    }
    return [...fine, await tryRequest(client, gone)];
  } catch (error) {
    return [failed('settings', error)];
  } finally {
    await client?.close();
  }
}

/** Resolves with the step that failed; with nothing once connected, or when nobody waits any more. */
function connect(client: Client, gone: AbortSignal): Promise<Step | undefined> {
  return new Promise((resolve) => {
    let authenticating = false;
    const settle = (step?: Step): void => {
      stop();
      gone.removeEventListener('abort', abort);
      resolve(step);
    };
    const abort = (): void => settle();
    const stop = client.on('state', (state) => {
      if (state.name === 'authenticating') authenticating = true;
      if (state.name === 'ready') settle();
      if (state.name === 'waiting' || state.name === 'refused')
        settle(failed(stepOf(state.why, authenticating), state.why));
    });
    gone.addEventListener('abort', abort);
    if (gone.aborted) settle();
    else client.connect();
  });
}

/** Publishing goes by requests of their own, which a proxy may keep back, and which take no token. */
async function tryRequest(client: Client, signal: AbortSignal): Promise<Step> {
  try {
    await client.versions(['stream-sea'], { signal });
    return { step: 'requests', outcome: 'fine' };
  } catch (error) {
    // With a token and no secret: fine for flows that only subscribe.
    if (error instanceof SettingError) return { step: 'requests', outcome: 'skipped' };
    return failed('requests', error);
  }
}

function stepOf(error: StreamSeaError, authenticating: boolean): TestStep {
  if (error instanceof CredentialsError) return 'credentials';
  if (error instanceof NetworkError) return error.sentence?.key.startsWith('tls.') ? 'tls' : 'address';
  if (error instanceof TimeoutError) return authenticating ? 'server' : 'address';
  return 'server';
}

export function failed(step: TestStep, error: unknown): Step {
  return { step, outcome: 'failed', problem: saidOf(error) };
}
