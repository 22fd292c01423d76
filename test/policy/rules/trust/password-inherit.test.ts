import { anImageSource, anInstance, uidOfProd } from '../../../support/build.js';
import { aStrictPolicy, describeRule } from '../rule-table.js';

const onSource = [anInstance({ image: { kind: 'imageSource', name: 'golden' }, passwordInherit: true })];
const finding = {
  at: 'manifests/web.yaml: spec.passwordInherit',
  address: 'Instance/web',
  message: "`passwordInherit` must not be 'true' on source 'golden': only an ImageCopy may bring a password along",
};

describeRule('trust/password-inherit', [
  { title: 'passes an own copy', desired: { instances: [anInstance({ passwordInherit: true })] } },
  {
    title: 'passes a shared image whose password is not taken',
    desired: { instances: [anInstance({ image: { kind: 'imageSource', name: 'golden' } })] },
  },
  {
    title: 'warns of a password from a shared image',
    desired: { instances: onSource },
    finds: [{ ...finding, severity: 'warning' }],
  },
  {
    title: 'warns of a password from an own image of which nobody knows where it comes from',
    desired: { instances: onSource, imageSources: [anImageSource({ owner: { kind: 'account', uid: uidOfProd } })] },
    finds: [{ ...finding, severity: 'warning' }],
  },
  {
    title: 'is an error under strict',
    desired: { instances: onSource },
    policies: [aStrictPolicy()],
    finds: [{ ...finding, severity: 'error' }],
  },
]);
