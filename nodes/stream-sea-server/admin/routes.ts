/** What the editor may ask of the server nodes. */

import type { NodeAPI } from 'node-red';
import type { EmbeddedServer } from '../../../src/index';
import { settingError, type Translate } from '../../shared/catalogue';
import { LookClock } from '../../shared/looks/look-clock';
import type { PeekedMessage } from '../../shared/looks/peeks';
import type { RunningSea, SeaOrProblem } from '../../shared/server-node';
import type {
  DefinitionAnswer,
  Invitation,
  MessageList,
  PeekAnswer,
  Report,
  SampleAnswer,
  SampleRequest,
  StreamList,
  TestAnswer,
} from '../../shared/wire/api';
import { invitationOf } from '../embedded/invitation';
import type { Queues } from '../queues/queues';
import type { Servers } from '../servers';
import { readSettings } from '../settings';
import { AdminError, type AdminRequest, adminRoutes, findRunningSea, findSea } from './admin';
import { addClientRoutes } from './client-routes';
import { failed, testSettings } from './connection-test';
import { addKeyRoutes } from './key-routes';
import { addQueueRoutes } from './queue-routes';
import { reportOn } from './report';
import { listStreams } from './streams';
import { type ParsedTest, parseTest } from './test-request';

/** What the debug node cuts long texts and lists to. */
const MAX_LENGTH = 1_000;

/** Milliseconds that somebody waits for the next message. */
const PATIENCE = 10_000;

export function addRoutes(RED: NodeAPI, servers: Servers, queues: Queues, t: Translate): void {
  addClientRoutes(RED, servers, t);
  const admin = adminRoutes(RED);
  const seaOf = (request: AdminRequest): SeaOrProblem => findSea(servers, request.parameter('server'), t);
  const runningSeaOf = (request: AdminRequest): RunningSea => {
    return findRunningSea(servers, request.parameter('server'), t);
  };

  const clock = new LookClock();
  admin.get('servers', (): Promise<Report> => reportOn(RED, servers, clock.now()));
  addQueueRoutes(admin, servers, queues, t);
  addKeyRoutes(RED, admin, servers, t);

  admin.post('test', async ({ body, gone }): Promise<TestAnswer> => {
    const { node, saved } = parseTest(servers, body);
    try {
      const settings = readSettings(RED, node, saved, t);
      return { steps: await testSettings(settings, await ownServer(servers, node), gone) };
    } catch (error) {
      return { steps: [failed('settings', error)] };
    }
  });

  // What a dialog asks whenever it opens is answered for a server that is filled in wrongly, too: a browser would
  // write a refusal into its console as an error.
  admin.get(':server/invitation', (request): Promise<Invitation> => {
    const credentials: unknown = RED.nodes.getCredentials(request.parameter('server'));
    const secret = credentials instanceof Object ? Reflect.get(credentials, 'clientSecret') : undefined;
    return invitationOf(seaOf(request), !secret, String(RED.settings.httpAdminRoot ?? '/'));
  });

  admin.get(':server/streams', (request): Promise<StreamList> => {
    return listStreams(seaOf(request), request.query('name'), request.gone);
  });
  admin.get(':server/streams/:stream/definition', async (request): Promise<DefinitionAnswer> => {
    const { client } = runningSeaOf(request);
    return { definition: await client.describe(request.parameter('stream'), { signal: request.gone }) };
  });
  admin.get(':server/streams/:stream/messages', async (request): Promise<MessageList> => {
    const { traffic } = runningSeaOf(request);
    const passed = await traffic.next(request.parameter('stream'), PATIENCE, request.gone);
    return { messages: passed === undefined ? [] : [passed] };
  });

  // Asked again and again, rather than sent: what Node-RED sends to its editors reaches each that is logged in,
  // whatever it may read; and a look that nobody asks about any more ends by itself.
  admin.get(':server/streams/:stream/peek', (request): PeekAnswer => {
    const { id, after } = lookOf(request.query('id')[0], Number(request.query('after')[0] ?? 0));
    const [field] = request.query('field');
    const [by] = request.query('by');
    const choice = request.query('values').length > 0 ? { field, by } : undefined;
    const view = runningSeaOf(request).peeks.look(id, request.parameter('stream'), after, choice);
    const last = Number(request.query('last')[0]);
    const messages = view.messages.slice(last > 0 ? -last : 0).map(({ number, at, kept }) => {
      if ('excerpt' in kept)
        return { number, at, value: t('status.cut', { text: kept.excerpt }), format: 'string' };
      const { message } = kept;
      const { msg, format } = RED.util.encodeObject({ msg: message }, { maxLength: MAX_LENGTH });
      return { number, at, value: String(msg), format: String(format) };
    });
    return { ...view, messages };
  });
  // A request that acts: whoever may deploy could look by the client secret anyway, all others see what the token shows.
  admin.post(':server/streams/:stream/sample', (request): SampleAnswer => {
    const { body } = request;
    const asked = body instanceof Object ? body : {};
    const look = lookOf(Reflect.get(asked, 'id'), Reflect.get(asked, 'after'));
    const view = runningSeaOf(request).filterPeeks.look(look.id, request.parameter('stream'), look.after);
    return { ...view, messages: view.messages.map(whole) };
  });
  admin.delete(':server/peeks/:id', async (request): Promise<object> => {
    const { peeks, filterPeeks } = runningSeaOf(request);
    await Promise.all([peeks, filterPeeks].map((looks) => looks.end(request.parameter('id'))));
    return {};
  });

  function lookOf(id: unknown, after: unknown): SampleRequest {
    if (
      typeof id === 'string' &&
      /^[\w-]{1,50}$/.test(id) &&
      typeof after === 'number' &&
      Number.isInteger(after)
    )
      return { id, after };
    throw new AdminError(400, settingError(t, 'error.badPeek'));
  }
}

function whole({ number, at, kept }: PeekedMessage): SampleAnswer['messages'][number] {
  return 'message' in kept ? { number, at, message: kept.message } : { number, at };
}

async function ownServer(servers: Servers, { id }: ParsedTest['node']): Promise<EmbeddedServer | undefined> {
  const sea = servers.find(id)?.sea;
  if (sea === undefined || 'problem' in sea) return undefined;
  return sea.host?.server().catch(() => undefined);
}
