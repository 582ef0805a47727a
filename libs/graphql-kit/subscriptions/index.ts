export { Operations } from './operations.ts';
export { SubscriptionDocuments } from './subscription-document.ts';
export { SubscriptionHub } from './subscription-hub.ts';
export type { SubscriptionHubOptions, ViewerChanges } from './subscription-hub.ts';
export { SubscriptionServer } from './subscription-server.ts';
export type { SubscriptionServerOptions } from './subscription-server.ts';
export type { Delivery, Listening, SubscriptionArgs, SubscriptionSource } from './subscription-source.ts';
