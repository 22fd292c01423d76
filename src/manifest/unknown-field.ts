import type { FieldPath } from '../domain/origin.js';
import { closestName } from '../domain/closest-name.js';
import { clipped, fieldName } from './input-error.js';
import type { ManifestRuleId } from './manifest-rules.js';

export interface Explanation {
  readonly ruleId: ManifestRuleId;
  readonly message: string;
  readonly hint: string;
}

/** What tallyman leaves to others: the words that name it in a manifest, and the tool that does it. */
const notManaged: readonly { readonly words: string; readonly sentence: string }[] = [
  {
    words:
      'vpc vpcId vpcName vpcs cidrBlock vSwitch vSwitches vSwitchName securityGroup securityGroups securityGroupRules keyPair publicKey ramRole role kmsKey eip eipAddress loadBalancer loadBalancers slb alb nlb serverGroup',
    sentence:
      'Create VPCs, vSwitches, security groups, key pairs, roles, KMS keys, EIPs and load balancers with Terraform ' +
      'or ROS and name their IDs here; tallyman does not manage them.',
  },
  {
    words: 'build builders provisioners packer scan',
    sentence: 'Build images with Packer and scan them with Security Center; tallyman copies finished images.',
  },
  {
    words: 'scalingGroup scalingConfiguration autoScaling nodePool launchTemplate launchTemplateId',
    sentence:
      'Use Auto Scaling for scaling groups, ACK for node pools and Terraform for launch templates; they follow a ' +
      "copy through the ImageCopy's `family`.",
  },
  {
    words:
      'instanceChargeType chargeType period periodUnit autoRenew autoRenewPeriod prePaid internetChargeType billing',
    sentence: 'Buy, renew and release subscription instances in the console or with Terraform, not with tallyman.',
  },
  {
    words: 'spotStrategy spotPriceLimit spotDuration spot',
    sentence: 'Create spot instances with Auto Scaling or Terraform, not with tallyman.',
  },
  {
    words: 'launchPermission launchPermissions isPublic public community shareGroups shareWith',
    sentence:
      'Publish images and share them with groups in the console or with the command line tool `aliyun ecs`, not ' +
      'with tallyman.',
  },
  {
    words: 'export import exportImage importImage ossBucket',
    sentence: 'Export and import images with `aliyun ecs ExportImage` and `ImportImage`, not with tallyman.',
  },
  {
    words: 'password passwords adminPassword rootPassword',
    sentence: 'Log in with a key pair (`keyPairName`), since a password must not stand in a manifest.',
  },
  {
    words: 'template templates include includes loop loops forEach count variables vars',
    sentence: 'Generate manifests with a tool such as CUE or ytt before tallyman reads them; it knows no templates.',
  },
  {
    words: 'command commands runCommand cloudAssistant remoteExec',
    sentence: 'Run commands in guests with Cloud Assistant, not with tallyman.',
  },
  {
    words: 'drain draining connectionDraining',
    sentence: 'Drain load balancers with their own API before `tallyman apply`.',
  },
  {
    words: 'migrate migration dataMigration',
    sentence: 'Move data with Server Migration Center or Data Transmission Service, not with tallyman.',
  },
  {
    words: 'admission ramPolicy',
    sentence: 'Restrict what people may do in the cloud with RAM policies, not with tallyman.',
  },
  {
    words: 'provider cloud aws azure gcp',
    sentence: 'Use Terraform or Crossplane for other clouds; tallyman speaks to Alibaba Cloud alone.',
  },
];

const sentences = new Map(
  notManaged.flatMap(({ words, sentence }) => words.split(' ').map((word) => [word.toLowerCase(), sentence] as const)),
);

/** Why a field that the schema does not know is an error, and what was probably meant. */
export function explainUnknownField(path: FieldPath, allowed: readonly string[]): Explanation {
  const name = String(path.at(-1));
  const parent = fieldName(path.slice(0, -1));
  const sentence = sentences.get(name.toLowerCase());
  if (sentence !== undefined) {
    return {
      ruleId: 'manifest/not-managed',
      message: `${fieldName(path)} is nothing that tallyman manages`,
      hint: sentence,
    };
  }
  const meant = closestName(name, allowed);
  return {
    ruleId: 'manifest/unknown-field',
    message: `unknown field \`${clipped(name)}\` in ${parent}`,
    hint: meant === undefined ? allowedHint(allowed) : `Did you mean \`${meant}\`?`,
  };
}

function allowedHint(allowed: readonly string[]): string {
  if (allowed.length === 0) return 'Remove it: no field is allowed here.';
  return `Remove it; allowed are ${allowed.map((name) => `\`${name}\``).join(', ')}.`;
}
