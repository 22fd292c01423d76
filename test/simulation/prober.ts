import type { Prober } from '../../src/ports/prober.js';
import type { Story } from './story.js';
import type { SimulatedCloud } from './cloud.js';

/** A machine serves where it runs and its image is not among the bad ones. */
export function simulatedProber({ badImages = [] }: Story, cloud: SimulatedCloud): Prober {
  return {
    probe: (host) => {
      const { truth, areMachinesRepaired } = cloud;
      const instance = [...truth.instances.values()].find(({ privateIp }) => privateIp === host);
      if (instance === undefined || instance.status !== 'Running') return Promise.resolve(`${host} does not answer`);
      const root = truth.rootOf.get(truth.systemDiskOf(instance.id)?.imageId ?? '');
      const isBad = !areMachinesRepaired && root !== undefined && badImages.includes(root.imageId);
      return Promise.resolve(isBad ? `${host} answers 503` : null);
    },
  };
}
