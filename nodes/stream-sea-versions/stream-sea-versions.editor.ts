import { catalogue, labelStyle, nodeLabel, showWhenNoServer, takeOnlyServer } from '../shared/dialog.editor';
import { attachStreamList, streamsIn } from '../shared/stream-list.editor';
import { VERSIONS_DEFAULTS, type VersionsConfig } from './stream-sea-versions.config';

const t = catalogue('stream-sea-versions');

const MIN_LIST_HEIGHT = 120;

const list = () => $('#node-input-streams-container');

RED.nodes.registerType<VersionsConfig>('stream-sea-versions', {
  category: 'stream-sea',
  categoryDescription: t('palette.description'),
  color: '#3FADB5',
  icon: 'stream-sea.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: VERSIONS_DEFAULTS.name },
    server: {
      value: VERSIONS_DEFAULTS.server,
      type: 'stream-sea-server',
      required: true,
      label: t('label.server'),
    },
    streams: { value: VERSIONS_DEFAULTS.streams },
  },
  inputLabels: () => t('label.request'),
  outputLabels: () => t('label.versions'),
  paletteLabel: () => t('label.type'),
  label() {
    const [first, second] = this.streams ?? [];
    const only = second === undefined ? first : undefined;
    return nodeLabel({ name: this.name ?? '', stream: only ?? '' }, t('label.type'));
  },
  labelStyle() {
    return labelStyle(this);
  },
  onadd() {
    takeOnlyServer(this);
  },
  oneditprepare() {
    showWhenNoServer($('#stream-sea-versions-no-server'));

    attachStreamList(list(), {
      items: this.streams ?? [],
      words: {
        stream: t('label.stream'),
        placeholder: t('placeholder.stream'),
        remove: t('label.remove'),
        add: t('label.add'),
      },
      nameOf: (stream) => stream,
    });
  },
  oneditsave() {
    this.streams = streamsIn(list()).map(({ name }) => name);
  },
  oneditresize(size) {
    const rows = $('.stream-sea-versions-dialog > div:visible').not('.stream-sea-list-row').toArray();
    const taken = rows.reduce((sum, row) => sum + ($(row).outerHeight(true) ?? 0), 0);
    const height = Math.max(MIN_LIST_HEIGHT, size.height - taken - 45);
    list().editableList('height', height);
  },
});
