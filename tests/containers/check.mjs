// Checks files of docker/ by programs of others: node check.mjs dockerfile|compose|kubernetes|values FILE...
// Prints "file: what is wrong" for each finding; the exit code is 1 when there are any.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import { DCLinter } from 'dclint';
import { validate as validateDockerfile } from 'dockerfile-utils';
import { parse, parseAllDocuments } from 'yaml';

const schemaOfValues = new URL('../../docker/helm/authplatform/values.schema.json', import.meta.url);

const checks = {
  dockerfile: file => validateDockerfile(readFileSync(file, 'utf8'), {
    casingInstruction: 2, emptyContinuationLine: 2, instructionCmdMultiple: 2, instructionEntrypointMultiple: 2,
    instructionHealthcheckMultiple: 2, instructionWorkdirRelative: 2, instructionJSONInSingleQuotes: 2,
  }).map(found => `line ${found.range.start.line + 1}: ${found.message}`),

  // Matters of taste are off: an image that is built here has a name too, and nginx listens for the world.
  compose: async file => {
    const off = ['no-quotes-in-volumes', 'require-quotes-in-ports', 'service-keys-order', 'services-alphabetical-order',
      'no-build-and-image', 'no-unbound-port-interfaces', 'top-level-properties-order'];
    const linter = new DCLinter({ rules: Object.fromEntries(off.map(rule => [rule, 0])), quiet: false, debug: false, exclude: [] });
    return (await linter.lintFiles([file], false)).flatMap(result => result.messages)
      .map(found => `line ${found.line}: ${found.message} (${found.rule})`);
  },

  kubernetes: async file => {
    const found = [];
    for (const object of parseAllDocuments(readFileSync(file, 'utf8')).map(document => document.toJS())) {
      if (object === null || object.kind === 'Kustomization') continue;
      const model = await modelOf(object.apiVersion, object.kind);
      try {
        new model(object).validate();
      } catch (error) {
        found.push(`${object.kind} ${object.metadata?.name}: ${error.message}`);
      }
    }
    return found;
  },

  // Values of the chart against its schema, as helm does it.
  values: file => {
    const schema = JSON.parse(readFileSync(schemaOfValues, 'utf8'));
    const validate = new Ajv({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema);
    return validate(parse(readFileSync(file, 'utf8'))) ? [] : validate.errors.map(error =>
      `${error.instancePath || '/'} ${error.message} ${error.params.additionalProperty ?? ''}`.trim());
  },
};

async function modelOf(apiVersion, kind) {
  const groups = apiVersion.startsWith('monitoring.coreos.com/') ? '@kubernetes-models/prometheus-operator/' : 'kubernetes-models/';
  return (await import(groups + apiVersion.replace('rbac.', '')))[kind];
}

const [, , kind, ...files] = process.argv;
let wrong = 0;
for (const file of files) {
  for (const line of await checks[kind](file)) {
    console.log(`${path.basename(file)}: ${line}`);
    wrong++;
  }
}
process.exitCode = wrong > 0 ? 1 : 0;
