import {
  catalogue,
  currently,
  hasEnvironment,
  labelStyle,
  nodeLabel,
  showWhenNoServer,
  takeOnlyServer,
} from '../shared/dialog.editor';
import type { TextEditor } from '../shared/red.editor';
import { definitionProblem } from './definition.editor';
import { DEFINE_DEFAULTS, type DefineConfig } from './stream-sea-define.config';

const t = catalogue('stream-sea-define');

const MIN_EDITOR_HEIGHT = 150;

const EDITOR = '#node-input-schema-editor';

/** The code editor of the open dialog hangs on its element: it is there exactly as long as the dialog is. */
function openEditor(): TextEditor | undefined {
  const editor: TextEditor | undefined = $(EDITOR).data('stream-sea-editor');
  return editor;
}

/** Node-RED builds the dialog anew at each opening, but a code editor lives on until it is destroyed. */
function closeEditor(): void {
  openEditor()?.destroy();
  $(EDITOR).removeData('stream-sea-editor');
}

function problemOf(schema: string, stream: string): string | undefined {
  if (schema.trim() === '' || hasEnvironment(schema)) return undefined;
  const problem = definitionProblem(schema, hasEnvironment(stream) ? '' : stream.trim());
  return problem === undefined ? undefined : t(`error.${problem.kind}`, { reason: problem.reason });
}

RED.nodes.registerType<DefineConfig>('stream-sea-define', {
  category: 'stream-sea',
  categoryDescription: t('palette.description'),
  color: '#3FADB5',
  icon: 'stream-sea.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: DEFINE_DEFAULTS.name },
    server: {
      value: DEFINE_DEFAULTS.server,
      type: 'stream-sea-server',
      required: true,
      label: t('label.server'),
    },
    stream: { value: DEFINE_DEFAULTS.stream },
    schema: {
      value: DEFINE_DEFAULTS.schema,
      validate(value, _options) {
        return problemOf(String(value ?? ''), currently(this, this.stream, '#node-input-stream')) ?? true;
      },
    },
  },
  inputLabels: () => t('label.request'),
  outputLabels: () => t('label.definition'),
  paletteLabel: () => t('label.type'),
  label() {
    return nodeLabel(this, t('label.type'));
  },
  labelStyle() {
    return labelStyle(this);
  },
  onadd() {
    takeOnlyServer(this);
  },
  oneditprepare() {
    showWhenNoServer($('#stream-sea-define-no-server'));

    const schema = $('#node-input-schema');
    const stream = $('#node-input-stream');
    const problem = $('#stream-sea-define-problem');
    const showProblem = () => {
      const text = problemOf(String(schema.val() ?? ''), String(stream.val() ?? ''));
      problem.text(text ?? '').toggle(text !== undefined);
    };
    const editor = RED.editor.createEditor({
      id: EDITOR.slice(1),
      mode: 'ace/mode/json',
      value: String(schema.val() ?? ''),
    });
    $(EDITOR).data('stream-sea-editor', editor);
    editor.getSession().on('change', () => {
      schema.val(editor.getValue()).trigger('change');
      showProblem();
    });
    stream.on('change keyup', showProblem);
    showProblem();
  },
  oneditsave() {
    // The change event of Monaco is delayed: the last keys before Done would be lost without this.
    const editor = openEditor();
    if (editor !== undefined) $('#node-input-schema').val(editor.getValue().trim());
    closeEditor();
  },
  oneditcancel() {
    closeEditor();
  },
  oneditresize(size) {
    const rows = $('.stream-sea-define-dialog > div:visible').not('.stream-sea-editor-row').toArray();
    const taken = rows.reduce((sum, row) => sum + ($(row).outerHeight(true) ?? 0), 0);
    $(EDITOR).css('height', Math.max(MIN_EDITOR_HEIGHT, size.height - taken - 20));
    openEditor()?.resize();
  },
});
