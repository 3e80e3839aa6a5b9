/** The two ends of the bench's flows, and nodes that do nothing, or just enough. What they do is told to them by subjects/node-red.mjs, in the same process. */

module.exports = (RED) => {
  RED.nodes.registerType('bench-source', function Source(definition) {
    RED.nodes.createNode(this, definition);
    globalThis.bench.send = (message) => this.send(message);
  });

  RED.nodes.registerType('bench-nothing', function Nothing(definition) {
    RED.nodes.createNode(this, definition);
    this.on('input', (_message, _send, done) => done());
  });

  RED.nodes.registerType('bench-http', function Http(definition) {
    RED.nodes.createNode(this, definition);
    const ready = import('../lib/post.mjs').then(({ withNode }) => withNode(Number(definition.port), 1));
    let post = async (body) => (await ready)(body);
    ready.then((loaded) => {
      post = loaded;
    });
    this.on('input', ({ payload }, _send, done) => {
      post(JSON.stringify({ payload })).then(() => done(), done);
    });
  });

  // The least that batches: one request out, those that come meanwhile leave together; no error is survived.
  RED.nodes.registerType('bench-batch', function Batch(definition) {
    RED.nodes.createNode(this, definition);
    let gathered = [];
    let post;
    let free = false;
    import('../lib/post.mjs').then(({ withNode }) => {
      post = withNode(Number(definition.port), 1);
      free = true;
      pump();
    });
    const pump = () => {
      if (!free || gathered.length === 0) return;
      const batch = gathered;
      gathered = [];
      free = false;
      post(`{"payload":[${batch.map(({ text }) => text).join(',')}]}`).then(() => {
        for (const { done } of batch) done();
        setImmediate(() =>
          setImmediate(() => {
            free = true;
            pump();
          }),
        );
      });
    };
    this.on('input', ({ payload }, _send, done) => {
      gathered.push({ text: JSON.stringify(payload), done });
      pump();
    });
  });

  // The least that receives: parsed and sent on, and read no faster than Node-RED has taken what came before.
  RED.nodes.registerType('bench-ws', function Ws(definition) {
    RED.nodes.createNode(this, definition);
    import('ws').then(({ WebSocket }) => {
      const socket = new WebSocket(`ws://127.0.0.1:${definition.port}/api/v1/streams`, {
        perMessageDeflate: false,
      });
      const payload = { type: 'basic', clientId: 'bench', clientSecret: 'bench' };
      socket.on('open', () => {
        socket.send(JSON.stringify({ id: 1, action: 'authenticate', payload }));
        socket.send(JSON.stringify({ id: 2, action: 'subscribe', payload: definition.stream }));
      });
      let inTurn = 0;
      socket.on('message', (data) => {
        inTurn += 1;
        if (inTurn === 64) socket.pause();
        if (inTurn === 1) {
          setImmediate(() => {
            if (inTurn >= 64) socket.resume();
            inTurn = 0;
          });
        }
        const frame = JSON.parse(data.toString());
        if (frame.success === undefined) this.send({ topic: definition.stream, payload: frame.payload });
      });
    });
  });

  RED.nodes.registerType('bench-sink', function Sink(definition) {
    RED.nodes.createNode(this, definition);
    this.on('input', (message) => globalThis.bench.receive(message));
  });
};
