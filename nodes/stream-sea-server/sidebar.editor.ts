/** The sidebar tab: how all servers do, once a second, while somebody can see it. */

import type { KnownStream, QueueList, Report, ServerReport } from '../shared/api.config';
import { knownStreams } from '../shared/api.editor';
import { catalogue, reasonFor } from '../shared/dialog.editor';
import { element, icon } from '../shared/dom.editor';
import { poll } from '../shared/lifetime.editor';
import { KeyedList } from './keyed-list.editor';
import { type Choice, type LeftoverItem, leftoverCard } from './leftover-card.editor';
import { Rates } from './rates.editor';
import { whileSeen } from './seen.editor';
import { getQueues, getReport } from './server-api.editor';
import { type ServerItem, serverCard } from './server-card.editor';
import { flowsOf, labelIn, labelOf } from './stream-row.editor';

const t = catalogue('stream-sea-server');

const TYPE = 'stream-sea-server';
const ID = 'stream-sea';
const ACTION = 'stream-sea:show-sidebar';
const INTERVAL = 1_000;

/** Milliseconds after which the versions of a server's streams are asked for anew: its own, and those of another. */
const FRESH = { here: 5_000, elsewhere: 30_000 };

/** It is there as long as server nodes can be: somebody may switch them off in the palette manager. */
export function addSidebar(): void {
  addTab();
  RED.events.on('registry:node-set-enabled', ({ types }) => {
    if (types.includes(TYPE)) addTab();
  });
  for (const event of ['registry:node-set-disabled', 'registry:node-set-removed'] as const) {
    RED.events.on(event, ({ types }) => {
      if (types.includes(TYPE)) removeTab();
    });
  }
}

/** Once for each editor, however often the node's page is loaded. */
function addTab(): void {
  if (RED.sidebar.containsTab(ID)) return;
  const message = element('div', { class: 'stream-sea-message', role: 'status' }, t('hint.sidebar.loading'));
  const cards = element('div', {});
  const leftovers = element('div', {});
  const rest = element(
    'section',
    { class: 'stream-sea-leftovers' },
    element('h2', {}, t('label.leftovers')),
    element('div', { class: 'stream-sea-facts' }, t('hint.leftovers')),
    leftovers,
  );
  rest.hidden = true;
  const content = element('div', { class: 'stream-sea-sidebar' }, message, cards, rest);
  const rates = new Rates();
  const list = new KeyedList<ServerItem>(
    cards,
    ({ report: { id } }) => id,
    (item) => serverCard(item, rates),
  );
  const left = new KeyedList<LeftoverItem>(leftovers, ({ leftover: { key } }) => key, leftoverCard);
  let latest: Report | undefined;
  const versions = new Map<string, { at: number; streams: KnownStream[] }>();

  /** As far as they are known by now: a server that takes its time keeps nobody waiting. */
  function streamsOf({ id, embedded, state }: ServerReport, signal: AbortSignal): KnownStream[] {
    const known = versions.get(id);
    const fresh = embedded === undefined ? FRESH.elsewhere : FRESH.here;
    const askable = state !== 'misconfigured' && state !== 'closed';
    if (askable && performance.now() - (known?.at ?? -FRESH.elsewhere) >= fresh) {
      const streams = known?.streams ?? [];
      versions.set(id, { at: performance.now(), streams });
      knownStreams(id, [], signal).then(
        (answer) => versions.set(id, { at: performance.now(), streams: answer.streams }),
        // The report says what is wrong with it.
        () => {},
      );
    }
    return known?.streams ?? [];
  }

  async function refresh(signal: AbortSignal): Promise<boolean> {
    try {
      const [report, queues] = await Promise.all([getReport(signal), getQueues(signal)]);
      latest = report;
      count(latest, rates);
      list.show(itemsOf(latest, queues, (server) => streamsOf(server, signal)));
      const choices = choicesOf(latest);
      left.show(queues.leftovers.map((leftover) => ({ leftover, choices })));
      rest.hidden = queues.leftovers.length === 0;
      say(latest.servers.length === 0 ? t('hint.sidebar.none') : '');
      return true;
    } catch (error) {
      if (!signal.aborted) say(t('hint.sidebar.failed', { reason: reasonFor(error) }));
      return false;
    }
  }

  function say(text: string): void {
    if (message.textContent !== text) message.textContent = text;
  }

  whileSeen(content, (signal) => void poll(INTERVAL, signal, () => refresh(signal)));

  const copy = element(
    'button',
    { type: 'button', class: 'red-ui-footer-button stream-sea-copy-report', title: t('hint.sidebar.copy') },
    icon('clipboard'),
    ` ${t('label.copyReport')}`,
  );
  copy.addEventListener('click', () => {
    RED.clipboard.copyText(reportText(latest), $(copy), 'clipboard.copyMessageValue');
  });

  RED.actions.add(ACTION, () => RED.sidebar.show(ID), { label: t('label.showSidebar') });
  RED.sidebar.addTab({
    id: ID,
    label: t('label.sidebar'),
    name: t('label.sidebar'),
    iconClass: 'fa fa-exchange',
    action: ACTION,
    content: $(content),
    toolbar: $(element('div', { class: 'stream-sea-sidebar-tools' }, copy)),
  });
}

function removeTab(): void {
  if (!RED.sidebar.containsTab(ID)) return;
  RED.sidebar.removeTab(ID);
  RED.actions.remove(ACTION);
  // Node-RED leaves it in the footer.
  document.querySelector('.stream-sea-sidebar-tools')?.remove();
}

function itemsOf(
  { servers }: Report,
  queues: QueueList,
  streamsOf: (server: ServerReport) => KnownStream[],
): ServerItem[] {
  return servers.map((report) => {
    const queue = queues.servers.find(({ server }) => server === report.id);
    return { report, streams: streamsOf(report), ...(queue && { queue }) };
  });
}

/** Those that can be given what another has left. */
function choicesOf({ servers }: Report): Choice[] {
  return servers
    .filter(({ state }) => state !== 'misconfigured' && state !== 'closed')
    .map(({ id, place }) => ({ id, label: labelIn(labelOf(place?.node ?? id), place?.within) }));
}

function count({ at, servers }: Report, rates: Rates): void {
  const flows = servers.flatMap(flowsOf);
  for (const flow of flows) rates.add(flow.key, at, flow.count);
  rates.keep(new Set(flows.map(({ key }) => key)));
}

/** For an issue or a colleague: the runtime's report, which holds no secret, and where it comes from. */
function reportText(report: Report | undefined): string {
  const about = { nodeRed: RED.settings.version, browser: navigator.userAgent };
  const times = ['at', 'since', 'retryAt'];
  const readable = (key: string, value: unknown) => {
    // What it says stands beside it, in English, which whoever reads an issue understands.
    if (key === 'sentence') return undefined;
    return times.includes(key) && typeof value === 'number' ? new Date(value).toISOString() : value;
  };
  return JSON.stringify({ ...about, ...report }, readable, 2);
}
