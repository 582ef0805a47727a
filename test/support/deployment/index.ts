// A house scaled out, for tests that kill, freeze and start its processes.
export { DeployedProcess, type Report } from './deployed-process.ts';
export { Deployment, type DeploymentOptions, describeScaledOut } from './deployment.ts';
