// A house scaled out, for tests that kill, freeze and start its processes.
export { DeployedProcess } from './deployed-process.ts';
export type { Report } from './deployed-process.ts';
export { Deployment, describeScaledOut } from './deployment.ts';
export type { DeploymentOptions } from './deployment.ts';
