import { accept, type Kind, refuse } from './kind.ts';
import { listOf } from './list-kinds.ts';

type PodLabels = { readonly [name: string]: string };
type Label = readonly [name: string, value: string];

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const part = '[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
const prefix = '(?=[^/]{1,253}/)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*/';
const labelName = new RegExp(`^(?:${prefix})?${part}$`);
const labelValue = new RegExp(`^(?:${part})?$`);

const label: Kind<Label> = {
  allowed: 'labels',
  parse: (text) => {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    // Kubernetes leaves a reference as it is when the variable is defined later in the list of the container, or not at
    // all.
    if (/^\$\(.*\)$/s.test(value)) return refuse('the variable in the brackets must be defined before this one');
    if (labelName.test(name) && labelValue.test(value)) return accept([name, value]);
    return refuse('a label is name=value in the characters that Kubernetes allows');
  },
};

const labels = listOf(label);

/**
 * Labels as a manifest puts them together from variables of the downward API. A label that the pod does not have comes
 * as an empty value, so it is left out. `undefined` if there are none.
 */
export const podLabels: Kind<PodLabels | undefined> = {
  allowed: 'labels as `name=value`, comma-separated',
  parse: (text) => {
    const parsed = labels.parse(text);
    if (parsed.kind === 'refused') return parsed;
    const names = parsed.value.map(([name]) => name);
    const repeated = names.find((name, index) => names.indexOf(name) !== index);
    if (repeated !== undefined) return refuse(`${repeated} stands there twice`);
    const known = parsed.value.filter(([, value]) => value !== '');
    return accept(known.length === 0 ? undefined : Object.fromEntries(known));
  },
};
