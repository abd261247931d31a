import { SystemCallError } from '../../system/libc.ts';

/** Why packets cannot be captured, in one sentence for the operator. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof SystemCallError)) return error.message;
  if (error.code === 'EPERM' || error.code === 'EACCES') return permissionProblem();
  return (
    `the kernel does not let packets be captured (${error.message}); ` +
    'a sandbox such as gVisor may not offer AF_PACKET rings'
  );
}

function permissionProblem(): string {
  const asRoot = process.geteuid?.() === 0;
  // Kubernetes and docker give capabilities to user 0 only; another user gets them through the file of the program.
  const forUsers = asRoot
    ? ''
    : ', and run it as user 0 (another user only gets it if the node binary carries it, too)';
  return (
    'capturing needs the NET_RAW capability, which this process does not have: in Kubernetes add NET_RAW to the ' +
    `container's securityContext.capabilities.add, with docker use --cap-add NET_RAW${forUsers}; on a host run as ` +
    `root or "setcap cap_net_raw+ep ${process.execPath}"`
  );
}
