// Renders a chart as `helm template RELEASE CHART --namespace NAMESPACE` does, by Go's own template engine:
// node render.mjs CHART RELEASE NAMESPACE VALUES [TEMPLATE]
// The engine has Go's functions and none of those that helm adds, so the chart uses no others.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parse as render } from '@evertdespiegeleer/go-template';
import { parse } from 'yaml';

const [, , chart, release, namespace, further, only] = process.argv;
const yaml = file => parse(readFileSync(file, 'utf8'));
const about = yaml(path.join(chart, 'Chart.yaml'));
const context = {
  Values: merge(yaml(path.join(chart, 'values.yaml')), yaml(further) ?? {}),
  Chart: { Name: about.name, Version: about.version, AppVersion: about.appVersion },
  Release: { Name: release, Namespace: namespace, Service: 'Helm', IsInstall: true, IsUpgrade: false, Revision: 1 },
};
const templates = path.join(chart, 'templates');
const read = name => readFileSync(path.join(templates, name), 'utf8');
const names = readdirSync(templates).sort();
const defined = names.filter(name => name.endsWith('.tpl')).map(read);
for (const name of only ? [only] : names.filter(name => name.endsWith('.yaml'))) {
  const text = (await render([...defined, read(name)].join('\n'), context)).replaceAll('<no value>', '');
  if (text.trim() !== '') console.log(`---\n# Source: ${name}\n${text.trim()}`);
}
// The engine's own loop would wait for more.
process.exit(0);

// helm: maps are merged, null takes a key away, everything else replaces.
function merge(base, over) {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === null) delete merged[key];
    else if (isMap(value) && isMap(merged[key])) merged[key] = merge(merged[key], value);
    else merged[key] = value;
  }
  return merged;
}

function isMap(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
