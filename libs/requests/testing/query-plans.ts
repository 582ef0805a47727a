export { plansOf } from '#libs/platform/testing';
