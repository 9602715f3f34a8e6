// An edge node by npm's sparkplug-client: `node sparkplug_client_node.js <TCP port>`. Publishes until it is killed;
// takes requests for a rebirth and commands to its one set point, every other message compressed, with a DataSet and a
// Template among the metrics.

const sparkplug = require('sparkplug-client');

const client = sparkplug.newClient({
  serverUrl: `tcp://127.0.0.1:${process.argv[2]}`, username: '', password: '', groupId: 'Works:north',
  edgeNode: 'npmline', clientId: 'npmline', version: 'spBv1.0', keepalive: 5,
});

let setpoint = 50;

const metrics = (step) => [
  { name: 'Setpoint', type: 'Int16', value: setpoint },
  { name: 'State', type: 'String', value: 'Running' },
  {
    name: 'Temperature', type: 'Float', value: 21.3 + step % 5,
    properties: { engUnit: { type: 'String', value: '°C' }, engHigh: { type: 'Float', value: 80 } },
  },
  { name: 'Frost', type: 'Int8', value: -3 },
  { name: 'Total', type: 'UInt32', value: 4000000000 + step },
  {
    name: 'Recipe', type: 'DataSet',
    value: { numOfColumns: 2, types: ['String', 'Double'], columns: ['part', 'grams'], rows: [['sugar', 12.5], ['salt', 3]] },
  },
  {
    name: 'Motor', type: 'Template',
    value: {
      templateRef: 'motor', isDefinition: false, version: '1',
      metrics: [{ name: 'rpm', type: 'Int32', value: 1400 + step % 9 }, { name: 'hot', type: 'Boolean', value: false }],
      parameters: [{ name: 'poles', type: 'Int32', value: 4 }],
    },
  },
];

const publishBirths = () => {
  client.publishNodeBirth({
    timestamp: Date.now(),
    metrics: [
      { name: 'Node Control/Rebirth', type: 'Boolean', value: false },
      { name: 'motor', type: 'Template', value: {
        isDefinition: true, version: '1', metrics: [{ name: 'rpm', type: 'Int32', value: 0 }, { name: 'hot', type: 'Boolean', value: false }],
        parameters: [{ name: 'poles', type: 'Int32', value: 2 }],
      } },
    ],
  });
  client.publishDeviceBirth('capper', { timestamp: Date.now(), metrics: metrics(step) });
};

let step = 0;
client.on('birth', publishBirths);
client.on('ncmd', (payload) => {
  if (payload.metrics.some((metric) => metric.name === 'Node Control/Rebirth' && metric.value === true)) publishBirths();
});
client.on('dcmd', (device, payload) => {
  const wanted = payload.metrics.find((metric) => metric.name === 'Setpoint');
  if (device === 'capper' && wanted && Number.isInteger(wanted.value)) setpoint = wanted.value;
});
client.on('connect', () => setInterval(() => {
  step += 1;
  client.publishDeviceData('capper', { timestamp: Date.now(), metrics: metrics(step) }, { compress: step % 2 === 0 });
}, 200));
