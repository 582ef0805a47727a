import { SubscriberGroup } from './subscriber.ts';
import type { GroupDefinition, Subscriber } from './subscriber.ts';
import type { SubscriptionSource } from './subscription-source.ts';

/** Who listens to what. An event touches the groups of its topics and no others; empty groups are forgotten. */
export class TopicIndex {
  /** By field and topic, then by the group's key. */
  readonly #groups = new Map<string, Map<string, SubscriberGroup>>();

  groupsOf(source: SubscriptionSource, topic: string): readonly SubscriberGroup[] {
    return [...(this.#groups.get(place(source, topic))?.values() ?? [])];
  }

  /** The group with the definition's key; made when there is none. */
  group(definition: GroupDefinition): SubscriberGroup {
    const at = place(definition.source, definition.topic);
    const groups = this.#groups.get(at) ?? new Map<string, SubscriberGroup>();
    this.#groups.set(at, groups);
    const group = groups.get(definition.key) ?? new SubscriberGroup(definition);
    groups.set(definition.key, group);
    return group;
  }

  leave(subscriber: Subscriber): void {
    const { group } = subscriber;
    group.members.delete(subscriber);
    if (group.members.size > 0) return;
    const at = place(group.definition.source, group.definition.topic);
    const groups = this.#groups.get(at);
    if (groups?.get(group.definition.key) === group) groups.delete(group.definition.key);
    if (groups?.size === 0) this.#groups.delete(at);
  }
}

function place(source: SubscriptionSource, topic: string): string {
  return `${source.field}\n${topic}`;
}
