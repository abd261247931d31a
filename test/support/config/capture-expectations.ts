import type { captureVariables } from '../../../src/config/capture-variables.ts';
import type { Expectations } from './expectation.ts';
import { booleans, KiB, MiB, wrongSizes } from './value-forms.ts';

export const captureExpectations: Expectations<typeof captureVariables> = {
  IFACE: {
    read: (settings) => settings.capture.interfaces,
    unset: 'default-route',
    accepted: [
      ['eth0', ['eth0']],
      ['eth0, lo,net1.5', ['eth0', 'lo', 'net1.5']],
      ['veth-a_b', ['veth-a_b']],
      ['any', 'any'],
      ['ANY', 'any'],
    ],
    wrong: [
      'any,eth0',
      'eth0,Any',
      'eth0,',
      ',',
      'eth0,eth0',
      'eth0 lo',
      'an/b',
      'eth0:1',
      '..',
      'sixteen-letters-',
      'eth0@if12',
      '*',
    ],
  },
  CAP_FILTER: {
    read: (settings) => settings.capture.filter,
    unset: 'tcp',
    accepted: [['tcp port 80 and not host 10.0.0.1', 'tcp port 80 and not host 10.0.0.1']],
    wrong: [],
  },
  OTHER_HOSTS: {
    read: (settings) => settings.capture.otherHosts,
    unset: false,
    accepted: booleans,
    wrong: ['maybe', 'mirror'],
  },
  DECAPSULATE: {
    read: (settings) => settings.capture.decapsulates,
    unset: undefined,
    accepted: booleans,
    wrong: ['maybe', 'vxlan'],
  },
  DRAIN: {
    read: (settings) => settings.capture.drain,
    unset: 'auto',
    accepted: [
      ['always', 'always'],
      ['NEVER', 'never'],
    ],
    wrong: ['true', 'preStop'],
  },
  CAP_RING: {
    read: (settings) => settings.capture.ringBytes,
    unset: 12 * MiB,
    accepted: [
      ['256KiB', 256 * KiB],
      ['256mib', 256 * MiB],
    ],
    wrong: ['255KiB', '257MiB', ...wrongSizes],
  },
  LOCAL_IPS: {
    read: (settings) => settings.capture.localIps,
    unset: [],
    accepted: [
      ['10.0.0.1, 2001:DB8:0::0001', ['10.0.0.1', '2001:db8::1']],
      ['::FFFF:1.2.3.4', ['::ffff:1.2.3.4']],
    ],
    wrong: ['localhost', '10.0.0.0/8', '10.0.0.1,', 'fe80::1%eth0', '10.0.0.1 10.0.0.2', '1.2.3'],
  },
};
