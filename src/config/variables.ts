import { captureVariables } from './capture-variables.ts';
import { deliveryVariables } from './delivery-variables.ts';
import type { Reading } from './env.ts';
import { exchangeVariables } from './exchange-variables.ts';
import { generalVariables } from './general-variables.ts';
import { metricsVariables } from './metrics-variables.ts';
import { recordVariables } from './record-variables.ts';
import { sinkVariables } from './sink-variables.ts';
import type { VariableTable } from './variable.ts';

/** Every environment variable: the only list, from which the settings, `--help` and docs/configuration.md are made. */
export const variables = {
  ...generalVariables,
  ...captureVariables,
  ...exchangeVariables,
  ...recordVariables,
  ...sinkVariables,
  ...deliveryVariables,
  ...metricsVariables,
};

/** What an environment says about them. */
export type VariableReading = Reading<typeof variables>;

/** The same variables under the headings of `--help` and the docs. */
export const variableGroups: readonly { readonly title: string; readonly variables: VariableTable }[] = [
  { title: 'General', variables: generalVariables },
  { title: 'Capture', variables: captureVariables },
  { title: 'Connections and exchanges', variables: exchangeVariables },
  { title: 'Records', variables: recordVariables },
  { title: 'Where records go', variables: sinkVariables },
  { title: 'Delivery', variables: deliveryVariables },
  { title: 'Metrics and health', variables: metricsVariables },
];
