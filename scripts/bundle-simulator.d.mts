export interface Patch {
  /** Relative to the root. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}
export function bundleSimulator(root: string, outfile: string, patches?: readonly Patch[]): Promise<void>;
