import { catalogue, labelStyle, nodeLabel, showWhenNoServer, takeOnlyServer } from '../shared/dialog.editor';
import { attachStreamSuggestions } from '../shared/stream-field.editor';
import { VERSIONS_DEFAULTS, type VersionsConfig } from './stream-sea-versions.config';

const t = catalogue('stream-sea-versions');

const MIN_LIST_HEIGHT = 120;

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
    return nodeLabel({ name: this.name || only || '' }, t('label.type'));
  },
  labelStyle() {
    return labelStyle(this);
  },
  onadd() {
    takeOnlyServer(this);
  },
  oneditprepare() {
    showWhenNoServer($('#stream-sea-versions-no-server'));

    const list = $('#node-input-streams-container').editableList<string>({
      addItem(row, _index, stream) {
        const input = $('<input type="text" class="stream-sea-stream-name">')
          .attr('aria-label', t('label.stream'))
          .attr('placeholder', t('placeholder.stream'))
          // The add button hands over an empty object.
          .val(typeof stream === 'string' ? stream : '')
          .appendTo(row);
        attachStreamSuggestions(input);
        // The core's own button is a cross and nothing else.
        row.siblings('.red-ui-editableList-item-remove').attr('aria-label', t('label.remove'));
      },
      removable: true,
      sortable: true,
      addButton: t('label.add'),
    });
    for (const stream of this.streams ?? []) list.editableList('addItem', stream);
  },
  oneditsave() {
    const rows = $('#node-input-streams-container').editableList('items').toArray();
    this.streams = rows
      // A row that was removed fades away: until then, it is in the list.
      .filter((row) => $(row).closest('.red-ui-editableList-item-deleting').length === 0)
      .map((row) => String($(row).find('.stream-sea-stream-name').val() ?? '').trim())
      .filter((stream) => stream !== '');
  },
  oneditresize(size) {
    const rows = $('.stream-sea-versions-dialog > div:visible').not('.stream-sea-list-row').toArray();
    const taken = rows.reduce((sum, row) => sum + ($(row).outerHeight(true) ?? 0), 0);
    const height = Math.max(MIN_LIST_HEIGHT, size.height - taken - 45);
    $('#node-input-streams-container').editableList('height', height);
  },
});
