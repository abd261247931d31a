import { plainText } from './plain-text.ts';
import { quote } from './quote.ts';
import type { Variable } from './variable.ts';

const form = /^(tcp|udp|sctp):\/\/([\d.]+|\[[\da-f:.]+\]):\d+$/i;

/**
 * Whether Kubernetes has set a variable. It describes each Service of the namespace to each container: a Service named
 * fluentd gives FLUENTD_PORT=tcp://10.3.2.1:24224. What the pod itself sets under such a name wins, so this value
 * means that it is not set.
 */
export function isServiceLink({ name, text }: { readonly name: string; readonly text: string }): boolean {
  return name.endsWith('_PORT') && form.test(text);
}

/** For a variable that is of use. */
export function serviceLinkWarning(link: { readonly name: string; readonly text: string }, row: Variable<unknown>) {
  const service = link.name.slice(0, -'_PORT'.length).toLowerCase().replaceAll('_', '-');
  return (
    `${link.name}=${quote(link.text)} describes a Kubernetes Service named ${service} and is ignored, so the default ` +
    `${plainText(row.shownFallback)} applies; set ${link.name} to a number, or enableServiceLinks: false for the pod.`
  );
}
